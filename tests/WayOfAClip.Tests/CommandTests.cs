using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;

namespace YaoAn.WayOfAClip.Tests;

/// <summary>The commands that the READMEs name exist and explain themselves.</summary>
public sealed class CommandTests
{
    [Theory]
    [InlineData("deploy/run")]
    [InlineData("deploy/test")]
    [InlineData("deploy/bench")]
    public async Task A_script_of_the_README_explains_itself(string script)
    {
        Assert.Contains(script, await File.ReadAllTextAsync(Path.Combine(Repository.Root, "README.md")) + await File.ReadAllTextAsync(Path.Combine(Repository.Root, "deploy", "README.md")), StringComparison.Ordinal);
        var (exit, output) = await RunAsync(Path.Combine(Repository.Root, script), "--help");
        Assert.True(exit == 0, output);
        Assert.Contains(script, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deploy_ingest_without_a_station_says_what_to_do_and_ends_with_3()
    {
        var (exit, output) = await RunAsync(Path.Combine(Repository.Root, "deploy", "ingest"), "--data", "/nonexistent/yaoan", "doctor");
        Assert.True(exit == 3, output);
        Assert.Contains("deploy/run", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_option_of_deploy_run_stands_in_its_help_and_in_the_README()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "deploy", "README.md"));
        var (_, help) = await RunAsync(Path.Combine(Repository.Root, "deploy", "run"), "--help");
        foreach (var option in new[] { "--data", "--port", "--slots", "--listen", "--tls-cert", "--tls-key", "--behind-proxy", "--sample", "--admin", "--admin-password-file", "--reviewer", "--reviewer-password-file" })
        {
            Assert.Contains($"`{option}", readme, StringComparison.Ordinal);
            Assert.Contains(option, help, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Every_verb_of_the_README_has_help_with_the_same_exit_codes()
    {
        var readme = await File.ReadAllLinesAsync(Path.Combine(Repository.Root, "README.md"));
        var verbs = readme.SkipWhile(line => line != "## Program `ingest`").SkipWhile(line => !line.StartsWith('|')).TakeWhile(line => line.StartsWith('|'))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => (Verb: line.Split('`')[1].Split(' ')[0], Codes: line.Split('|')[^2].Trim())).ToList();
        var (_, root) = await RunAsync("dotnet", Programs.Ingest, "--help");
        Assert.Equal(["run", "import", "verify", "rebuild", "profiles", "doctor", "migrate"], verbs.Select(verb => verb.Verb));
        foreach (var (verb, codes) in verbs)
        {
            Assert.Contains($"  {verb} ", root, StringComparison.Ordinal);
            var (exit, output) = await RunAsync("dotnet", Programs.Ingest, verb, "--help");
            Assert.True(exit == 0, $"{verb}: {output}");
            var told = Regex.Match(output, "Exit codes: ([^.]*)\\.", RegexOptions.Singleline).Groups[1].Value;
            Assert.True(codes == string.Join(", ", Regex.Matches(told, "\\d+").Select(code => code.Value)), $"{verb}: README says {codes}, its help {told}");
        }
    }

    [Fact]
    public async Task Profiles_test_tells_what_each_name_says_and_ends_with_1_where_one_says_nothing()
    {
        var (exit, output) = await RunAsync("dotnet", Programs.Ingest, "profiles", "test", "DSJ_1234567_000321_20260902180118_0001.MP4", "DCIM\\100MEDIA\\AMBA0012.MP4", "Thumbs.db", "track.nmea");
        Assert.True(exit == 0, output);
        Assert.Equal(
            [
                "profile=ga-7-6-14 kind=video recorder=1234567 person=000321 local=2026-09-02T18:01:18 zone=Asia/Shanghai utc=2026-09-02T10:01:18Z class=- sequence=1 name=DSJ_1234567_000321_20260902180118_0001.MP4",
                "profile=dcf-tree kind=video recorder=- person=- local=- zone=- utc=- class=- sequence=12 name=DCIM\\100MEDIA\\AMBA0012.MP4",
                "profile=- kind=ignored recorder=- person=- local=- zone=- utc=- class=- sequence=- name=Thumbs.db",
                "profile=- kind=sidecar recorder=- person=- local=- zone=- utc=- class=- sequence=- name=track.nmea",
            ],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        (exit, output) = await RunAsync("dotnet", Programs.Ingest, "profiles", "test", "20210705101910.dav", "no\u001b[2Jname.mp4");
        Assert.True(exit == 1, output);
        Assert.Contains("profile=- kind=video", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', output);
        (exit, output) = await RunAsync("dotnet", Programs.Ingest, "profiles", "test", "a.mp4", "--file", "/nonexistent/profiles.json");
        Assert.True(exit == 2, output);
    }

    [Theory]
    [InlineData("unknown-verb")]
    [InlineData("import", "/tmp")]
    [InlineData("import", "/nonexistent/yaoan", "--slot", "1")]
    [InlineData("run", "--role", "cook")]
    [InlineData("verify", "no-id")]
    [InlineData("verify")]
    [InlineData("verify", "--all", "--due")]
    [InlineData("profiles", "test")]
    public async Task Wrong_use_ends_with_2(params string[] arguments)
    {
        var (exit, output) = await RunAsync("dotnet", [Programs.Ingest, .. arguments]);
        Assert.True(exit == 2, $"{exit}: {output}");
    }

    private static async Task<(int Exit, string Output)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync(deadline.Token);
        return (process.ExitCode, string.Concat(output));
    }
}
