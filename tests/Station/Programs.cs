using YaoAn.Tests.Support;

namespace YaoAn.Tests.Station;

/// <summary>Where the programs under test are: those of the same build as the tests.</summary>
public static class Programs
{
    /// <summary>The program <c>ingest</c>.</summary>
    public static string Ingest => Of("Ingest", "ingest.dll");

    /// <summary>The program <c>ingest</c> with faults: tests/FaultyIngest, built by the projects that use it.</summary>
    public static string FaultyIngest => Path.Combine(Repository.Root, "tests", "FaultyIngest", "bin", Configuration, "net10.0", "YaoAn.FaultyIngest.dll");

    /// <summary>The program of pages and API.</summary>
    public static string Api => Of("Api", "YaoAn.Api.dll");

    /// <summary>Folder in which Api finds its wwwroot.</summary>
    public static string ApiFolder => Path.Combine(Repository.Root, "src", "Api");

    /// <summary>Debug or Release.</summary>
    private static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/')).Parent!.Name;

    private static string Of(string project, string file) =>
        Path.Combine(Repository.Root, "src", project, "bin", Configuration, "net10.0", file);
}
