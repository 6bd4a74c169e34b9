namespace YaoAn.Api;

/// <summary>Words of signing in and setting up, in Resources/AccessWords.resx.</summary>
internal sealed class AccessWords;
