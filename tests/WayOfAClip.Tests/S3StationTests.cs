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

    public void Dispose()
    {
        _uploads.Dispose();
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
        var sums = await Rclone.RunAsync("hashsum", "sha256", "--download", "--include", "/*/original", $":s3:{_bucket}/originals");
        Assert.Equal(
            clips.Select(clip => $"{clip.Sha256}  {clip.ClipId}/original").Order(StringComparer.Ordinal),
            sums.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
        using var uploads = JsonDocument.Parse(await Rclone.RunAsync("backend", "list-multipart-uploads", $":s3:{_bucket}"));
        Assert.Empty(uploads.RootElement.GetProperty(_bucket).EnumerateArray());
    }

    private static async Task KillGatewayAsync()
    {
        var file = Path.Combine(Environment.GetEnvironmentVariable("YAOAN_TEST_S3_FOLDER")!, "gateway.pid");
        using var gateway = Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(file), System.Globalization.CultureInfo.InvariantCulture));
        gateway.Kill();
        await gateway.WaitForExitAsync();
    }
}
