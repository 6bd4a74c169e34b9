using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;

namespace YaoAn.WayOfAClip.Tests;

/// <summary>A station whose store is a real S3 server, which is killed in the middle of its uploads.</summary>
public sealed class S3StationTests : IDisposable
{
    private const int Files = 20;
    private readonly string _bucket = TestS3.NewBucketName();
    private readonly SemaphoreSlim _uploads = new(4);
    private readonly TempFolder _keys = new();

    public void Dispose()
    {
        _uploads.Dispose();
        _keys.Dispose();
    }

    [SkippableFact]
    public async Task The_gateway_killed_amid_uploads_loses_nothing_doubles_nothing_and_the_clip_plays_from_the_store()
    {
        Needs.StationAndBrowser();
        TestS3.Need();
        await using var station = await StationUnderTest.StartAsync(new()
        {
            Bucket = _bucket,
            // A store that is away is tried again sooner than a person would wait for a test.
            More = new Dictionary<string, string> { ["Work__SweepInterval"] = "00:00:02" },
        });
        await station.TellAsync(async () =>
        {
            for (var file = 0; file < Files; file++)
                await Footage.WriteNoiseAsync(Path.Combine(station.Slot(1), $"record-{file:00}.dat"), 3 << 20);
            await Footage.WriteLargeAsync(Path.Combine(station.Data, "run", "film.mp4"), 8 << 20);
            File.Move(Path.Combine(station.Data, "run", "film.mp4"), Path.Combine(station.Slot(1), "film.mp4"));

            await Wait.UntilAsync("some are stored, not all", Needs.Later, async () =>
                (await station.Table.ClipsAsync()).Count(clip => clip.IsStored) is > 0 and < Files);
            await KillGatewayAsync();
            await station.GreenAsync(1, Files + 1, Needs.Later);

            var clips = await station.Table.ClipsAsync();
            Assert.Equal(Files + 1, clips.Count);
            using var store = new S3ObjectStore(TestS3.Server, _bucket, TestS3.Keys, TestS3.Region, lockDays: 1, _uploads, TimeProvider.System);
            foreach (var clip in clips)
            {
                Assert.True(clip.IsStored, $"{clip.DisplayName} is {clip.Stage}, {clip.Health}");
                var key = ObjectKey.Original(new ClipId(clip.ClipId));
                await using (var stored = await store.OpenReadAsync(key, 0, default))
                    Assert.Equal(clip.Sha256, Convert.ToHexStringLower(await SHA256.HashDataAsync(stored)));
                var until = (await store.StatAsync(key, default))!.LockedUntil!.Value;
                Assert.InRange(until, DateTimeOffset.UtcNow.AddDays(182), DateTimeOffset.UtcNow.AddDays(184));
                await Assert.ThrowsAsync<ObjectLockedException>(() => store.DeleteAsync(key, default));
            }
            var objects = 0;
            await foreach (var _ in store.ListAsync("originals/", strange: null, default))
                objects++;
            Assert.Equal(2 * (Files + 1), objects);
            await ReadByAnotherProgramAsync(clips);
            await Wait.UntilAsync("the spool is empty", Needs.Soon, () => Task.FromResult(station.Spooled().Count == 0));

            var (exit, output) = await station.VerbAsync("verify", "--all");
            Assert.True(exit == 0 && output.Contains($"{Files + 1} originals were read, 0 of them", StringComparison.Ordinal), $"{exit}: {output}");

            var film = clips.Single(clip => clip.DisplayName == "film.mp4");
            await Wait.UntilAsync("its preview is made", Needs.Later, async () => (await station.Table.ClipsAsync()).Single(clip => clip.ClipId == film.ClipId).PreviewState == "ready");
            await using var profile = await Browser.SignedInAsync(station.Pages, StationUnderTest.Reviewer, StationUnderTest.Password);
            var page = await WatchedPage.OpenAsync(profile, $"/clips/{film.ClipId}");
            Playing.AssertPicture(await Playing.PlayAsync(page.Page, seconds: 1, Needs.Soon));
            page.AssertCalm();
        });
    }

    /// <summary>rclone knows nothing of this product: it reads every original whole, and asks for uploads that never ended.</summary>
    private async Task ReadByAnotherProgramAsync(IReadOnlyList<StoredRow> clips)
    {
        var sums = await RcloneAsync("hashsum", "sha256", "--download", "--include", "/*/original", $":s3:{_bucket}/originals");
        Assert.Equal(
            clips.Select(clip => $"{clip.Sha256}  {clip.ClipId}/original").Order(StringComparer.Ordinal),
            sums.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
        using var uploads = JsonDocument.Parse(await RcloneAsync("backend", "list-multipart-uploads", $":s3:{_bucket}"));
        Assert.Empty(uploads.RootElement.GetProperty(_bucket).EnumerateArray());
    }

    /// <summary>A remote made on the fly from the environment: no configuration file, no key among the arguments.</summary>
    private async Task<string> RcloneAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("rclone", [.. arguments, "--config", _keys.At("no-such-file")]) { RedirectStandardOutput = true, RedirectStandardError = true };
        // What this machine says of other stores and of the way to them doesn't count here.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("AWS_", StringComparison.Ordinal) || name.EndsWith("_proxy", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in (IEnumerable<(string, string)>)
            [("PROVIDER", "Ceph"), ("ENDPOINT", TestS3.Server.ToString()), ("REGION", TestS3.Region), ("ACCESS_KEY_ID", TestS3.Keys.Access), ("SECRET_ACCESS_KEY", TestS3.Keys.Secret)])
            start.Environment[$"RCLONE_S3_{name}"] = value;
        using var rclone = Process.Start(start)!;
        var output = await Task.WhenAll(rclone.StandardOutput.ReadToEndAsync(), rclone.StandardError.ReadToEndAsync());
        await rclone.WaitForExitAsync();
        Assert.True(rclone.ExitCode == 0, $"rclone {arguments[0]} ended with {rclone.ExitCode}: {output[1]}");
        return output[0];
    }

    private static async Task KillGatewayAsync()
    {
        var file = Path.Combine(Environment.GetEnvironmentVariable("YAOAN_TEST_S3_FOLDER")!, "gateway.pid");
        using var gateway = Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(file), System.Globalization.CultureInfo.InvariantCulture));
        gateway.Kill();
        await gateway.WaitForExitAsync();
    }
}
