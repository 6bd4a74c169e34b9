namespace YaoAn.Tests.Support;

/// <summary>Where the sources are, and the real media files beside them.</summary>
public static class Repository
{
    /// <summary>Folder of the solution.</summary>
    public static string Root { get; } = Find();

    /// <summary>Folder of real media files; it may be missing.</summary>
    public static string Media => Path.GetFullPath(Path.Combine(Root, "..", "shared", "media"));

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "YaoAnEnforcement.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run from within the repository.");
        return folder;
    }
}
