namespace YaoAn.Tests.Station;

/// <summary>Where the programs under test and the real media are, seen from the output folder of the running assembly.</summary>
public static class Repository
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Debug or Release: that of the tests, so that the programs of the same build are run.</summary>
    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/')).Parent!.Name;

    /// <summary>The program <c>ingest</c>.</summary>
    public static string IngestProgram => ProgramOf("Ingest", "ingest.dll");

    /// <summary>The program of pages and API.</summary>
    public static string ApiProgram => ProgramOf("Api", "YaoAn.Api.dll");

    /// <summary>Folder in which Api finds its wwwroot.</summary>
    public static string ApiFolder => Path.Combine(Root, "src", "Api");

    /// <summary>Real media files that are not part of the project; null where the folder is missing.</summary>
    public static string? Media
    {
        get
        {
            var folder = Path.GetFullPath(Path.Combine(Root, "..", "shared", "media"));
            return Directory.Exists(folder) ? folder : null;
        }
    }

    private static string ProgramOf(string project, string file) =>
        Path.Combine(Root, "src", project, "bin", Configuration, "net10.0", file);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "YaoAnEnforcement.sln")))
                return folder.FullName;
        }
        throw new InvalidOperationException($"No YaoAnEnforcement.sln above {AppContext.BaseDirectory}.");
    }
}
