namespace YaoAn.Api;

/// <summary>Words of the library and the clip page, in Resources/LibraryWords.resx.</summary>
internal sealed class LibraryWords;
