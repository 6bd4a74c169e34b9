using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests;

/// <summary>Layers and names as tests: what these find is not a matter of taste.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly string[] s_badFolders = ["Helpers", "Utils", "Utilities", "Common", "Core", "Managers", "Services", "Misc"];

    [Fact]
    public void The_catalog_knows_no_pages_no_jobs_and_no_media_tools()
    {
        var references = Assembly.Load("YaoAn.Catalog").GetReferencedAssemblies().Select(name => name.Name!);
        Assert.DoesNotContain(references, name => ForeignToCatalog().IsMatch(name));
        Assert.DoesNotContain(ReferencesOf("src/Catalog/Catalog.csproj", "PackageReference"), name => ForeignToCatalog().IsMatch(name));
    }

    [Fact]
    public void In_the_catalog_only_the_S3_store_goes_to_the_network()
    {
        var found = Sources(".cs")
            .Where(path => path.StartsWith("src/Catalog/", StringComparison.Ordinal) && !path.StartsWith("src/Catalog/Objects/S3/", StringComparison.Ordinal))
            .SelectMany(path => Lines(path).Where(line => Network().IsMatch(line.Text)).Select(line => $"{path}:{line.Number}: {line.Text.Trim()}"));
        Assert.Empty(found);
        Assert.Contains(Sources(".cs").Where(path => path.StartsWith("src/Catalog/Objects/S3/", StringComparison.Ordinal)).SelectMany(Lines), line => Network().IsMatch(line.Text));
    }

    [Theory]
    [InlineData("src/Catalog/Catalog.csproj", "")]
    [InlineData("src/Ingest/Ingest.csproj", "Catalog.csproj")]
    [InlineData("src/Api/Api.csproj", "Catalog.csproj")]
    public void Ingest_and_Api_stand_on_the_catalog_alone_and_do_not_know_each_other(string project, string allowed) =>
        Assert.Equal(allowed, string.Join(' ', ReferencesOf(project, "ProjectReference").Select(path => Path.GetFileName(path))));

    [Fact]
    public void Sql_stands_in_table_files_and_migrations_alone()
    {
        var found = Sources(".cs")
            .Where(path => !path.EndsWith("Table.cs", StringComparison.Ordinal))
            .SelectMany(path => Lines(path).Where(line => Sql().IsMatch(line.Text)).Select(line => $"{path}:{line.Number}: {line.Text.Trim()}"));
        Assert.Empty(found);
        Assert.All(Tracked().Where(path => path.StartsWith("src/", StringComparison.Ordinal) && path.EndsWith(".sql", StringComparison.Ordinal)), path =>
            Assert.Matches("^src/Catalog/(Migrations/[0-9]{4}_[a-z_]+|schema)\\.sql$", path));
    }

    [Fact]
    public void The_search_for_sql_would_find_some() =>
        Assert.Contains(Lines("src/Catalog/Clips/ClipTable.cs"), line => Sql().IsMatch(line.Text));

    [Fact]
    public void No_folder_is_called_after_nothing() => Assert.DoesNotContain(
        Tracked(), path => path.Split('/')[..^1].Any(part => s_badFolders.Contains(part, StringComparer.OrdinalIgnoreCase)));

    [Fact]
    public void Originals_are_put_by_the_gate_and_their_manifests_by_SettleIntakes_alone()
    {
        string[] allowed =
        [
            "src/Catalog/Objects/ObjectGate.cs: await store.PutNewAsync(key, source, ct);",
            "src/Ingest/04_Store/SettleIntakes.cs: await stores.Originals.PutNewAsync(key, new ObjectSource.FromMemory(bytes), ct);",
        ];
        var puts = Sources(".cs")
            .Where(path => !path.EndsWith("ObjectStore.cs", StringComparison.Ordinal))
            .SelectMany(path => Lines(path).Where(line => line.Text.Contains("PutNewAsync(", StringComparison.Ordinal)).Select(line => $"{path}: {line.Text.Trim()}"))
            .ToList();
        Assert.Equal(allowed, puts.Where(put => !put.Contains(".Derived.", StringComparison.Ordinal)));
        Assert.NotEmpty(puts.Except(allowed));
    }

    [Fact]
    public void Files_on_a_recorder_are_deleted_by_the_holder_of_a_proof_alone()
    {
        string[] allowed =
        [
            "src/Ingest/01_Dock/SlotFolder.cs: Posix.RemoveAt(folder, name);",
            "src/Ingest/04_Store/DeleteOnRecorder.cs: return root.Remove(copy.RawPath, stat) ? new DeleteResult(DeleteOutcome.Deleted) : new DeleteResult(DeleteOutcome.Other, ReleaseReasons.Changed);",
            "src/Ingest/04_Store/ReleaseCopies.cs: var result = DeleteOnRecorder.Run(slot.Source.Path, proof, time.GetUtcNow, ct);",
            "src/Ingest/04_Store/DeviceDeleteProof.cs: return await releases.IntendAsync(copy, place, by, ct) ? (new DeviceDeleteProof(copy, expires), null) : default;",
        ];
        var found = Sources(".cs").SelectMany(path => Lines(path).Where(line => Deletion().IsMatch(line.Text)).Select(line => $"{path}: {line.Text.Trim()}"));
        Assert.Equal(allowed.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_tracked_file_names_a_package_registry_or_a_path_of_one_machine()
    {
        // Written in pieces, so that this file isn't found.
        string[] words = ["/wor" + "k/", "/roo" + "t/", "nuget" + ".org", "npmjs" + ".org", "npmmirror" + ".com", "debian" + ".org", "pypi" + ".org", "ghcr" + ".io"];
        var found = Tracked().SelectMany(path => Lines(path)
            .Where(line => words.Any(word => line.Text.Contains(word, StringComparison.OrdinalIgnoreCase)))
            .Select(line => $"{path}:{line.Number}: {line.Text.Trim()}"));
        Assert.Empty(found);
    }

    [Theory]
    [InlineData("src/Ingest/Program.cs")]
    [InlineData("src/Api/Program.cs")]
    public void A_program_starts_within_25_lines(string path) => Assert.InRange(File.ReadAllLines(Path.Combine(Repository.Root, path)).Length, 1, 25);

    [Fact]
    public void Every_public_member_of_the_catalog_is_documented() =>
        Assert.Contains("<WarnOn>CS1591</WarnOn>", File.ReadAllText(Path.Combine(Repository.Root, "src/Catalog/Catalog.csproj")), StringComparison.Ordinal);

    private static IEnumerable<string> ReferencesOf(string project, string element) =>
        XDocument.Load(Path.Combine(Repository.Root, project)).Descendants(element).Select(reference => (string)reference.Attribute("Include")!);

    private static IEnumerable<string> Sources(string extension) =>
        Tracked().Where(path => path.StartsWith("src/", StringComparison.Ordinal) && path.EndsWith(extension, StringComparison.Ordinal));

    private static IEnumerable<(int Number, string Text)> Lines(string path)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Repository.Root, path));
        return bytes.Contains((byte)0)
            ? []
            : System.Text.Encoding.UTF8.GetString(bytes).Split('\n').Select((text, i) => (i + 1, text)).Where(line => !line.text.TrimStart().StartsWith("//", StringComparison.Ordinal));
    }

    private static List<string> Tracked()
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["-c", "safe.directory=*", "-C", Repository.Root, "ls-files", "-z"]) { RedirectStandardOutput = true })!;
        var names = git.StandardOutput.ReadToEnd().Split('\0', StringSplitOptions.RemoveEmptyEntries);
        git.WaitForExit();
        Assert.NotEmpty(names);
        return [.. names.Where(name => File.Exists(Path.Combine(Repository.Root, name)))];
    }

    [GeneratedRegex(@"Posix\.RemoveAt\(|root\.Remove\(|DeleteOnRecorder\.Run\(|new DeviceDeleteProof\(", RegexOptions.CultureInvariant)]
    private static partial Regex Deletion();

    [GeneratedRegex("AspNetCore|Hangfire|FFMpeg|MetadataExtractor|Razor", RegexOptions.CultureInvariant)]
    private static partial Regex ForeignToCatalog();

    [GeneratedRegex(@"\bMinio\b|\bHttp(Client|Request|Response|Message)|System\.Net\b", RegexOptions.CultureInvariant)]
    private static partial Regex Network();

    [GeneratedRegex(
        @"\b(insert into [a-z_]+|delete from [a-z_]+|update [a-z_]+ set|select [a-z_.*, ()]+ from [a-z_]+|(create|drop|alter) (table|schema|index|role) |truncate [a-z_]+|on conflict|pg_notify)\b",
        RegexOptions.CultureInvariant)]
    private static partial Regex Sql();
}
