namespace YaoAn.Api;

/// <summary>Words of the station board, in Resources/BoardWords.resx.</summary>
internal sealed class BoardWords;
