using System.Diagnostics;
using Xunit.Sdk;
using YaoAn.Tests.Support;

namespace YaoAn.Tests.Station;

/// <summary>rclone on the S3 server of the tests, as the remote <c>:s3:</c>: a program that knows nothing of this product.</summary>
public static class Rclone
{
    /// <summary>Runs it to its end and gives what it printed. The remote is made of the environment: no configuration file, no key among the arguments.</summary>
    /// <exception cref="XunitException">It ended with something else than 0.</exception>
    public static async Task<string> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("rclone", [.. arguments, "--config", "/no-such-file"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        // What this machine says of other stores and of the way to them doesn't count here.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("AWS_", StringComparison.Ordinal) || name.EndsWith("_proxy", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in (IEnumerable<(string, string)>)
            [("PROVIDER", "Ceph"), ("ENDPOINT", TestS3.Server.ToString()), ("REGION", TestS3.Region), ("ACCESS_KEY_ID", TestS3.Keys.Access), ("SECRET_ACCESS_KEY", TestS3.Keys.Secret)])
            start.Environment[$"RCLONE_S3_{name}"] = value;
        using var rclone = Process.Start(start)!;
        var output = await Task.WhenAll(rclone.StandardOutput.ReadToEndAsync(), rclone.StandardError.ReadToEndAsync());
        await rclone.WaitForExitAsync();
        return rclone.ExitCode == 0 ? output[0] : throw new XunitException($"rclone {arguments[0]} ended with {rclone.ExitCode}: {output[1]}");
    }
}
