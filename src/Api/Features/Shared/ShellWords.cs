namespace YaoAn.Api;

/// <summary>Words of the shell, in Resources/ShellWords.resx.</summary>
internal sealed class ShellWords;
