using System.Diagnostics;
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
    public async Task Every_verb_of_the_README_has_help()
    {
        var readme = await File.ReadAllLinesAsync(Path.Combine(Repository.Root, "README.md"));
        var verbs = readme.SkipWhile(line => line != "## Program `ingest`").Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('`')[1].Split(' ')[0]).Take(6).ToList();
        Assert.Equal(["run", "import", "verify", "rebuild", "doctor", "migrate"], verbs);
        foreach (var verb in verbs)
        {
            var (exit, output) = await RunAsync("dotnet", Programs.Ingest, verb, "--help");
            Assert.True(exit == 0, $"{verb}: {output}");
        }
    }

    [Theory]
    [InlineData("unknown-verb")]
    [InlineData("import", "/tmp")]
    [InlineData("import", "/nonexistent/yaoan", "--slot", "1")]
    [InlineData("run", "--role", "cook")]
    [InlineData("verify", "no-id")]
    [InlineData("verify")]
    [InlineData("verify", "--all", "--due")]
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
