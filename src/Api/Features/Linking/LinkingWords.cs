namespace YaoAn.Api;

/// <summary>Words of linking, in Resources/LinkingWords.resx.</summary>
internal sealed class LinkingWords;
