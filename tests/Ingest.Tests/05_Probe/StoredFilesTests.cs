using System.Security.Cryptography;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Ingest.Tests.Probe;

/// <summary>Local files of originals: what lay in the spool isn't fetched from a bucket again, and whoever has one open keeps it.</summary>
public sealed class StoredFilesTests : IAsyncLifetime
{
    private readonly TestDatabase _database = new();
    private readonly TempFolder _card = new();
    private readonly TempFolder _keys = new();
    private readonly string _bucket = TestS3.NewBucketName();
    private Station? _station;

    private StoredFiles Files => _station!.Get<StoredFiles>();

    public async Task InitializeAsync()
    {
        await _database.InitializeAsync();
        if (!TestDatabase.Given || !TestS3.Given)
            return;
        _station = Station.Whole(_database, Station.OnBucket(_keys, _bucket));
        await _station.Get<ObjectStores>().Originals.PrepareAsync(default);
        await _station.Get<ObjectStores>().Derived.PrepareAsync(default);
    }

    public async Task DisposeAsync()
    {
        if (_station is not null)
            await _station.DisposeAsync();
        _card.Dispose();
        _keys.Dispose();
        await _database.DisposeAsync();
    }

    [SkippableFact]
    public async Task What_lay_in_the_spool_is_kept_beside_the_bucket_until_06_is_done_and_then_fetched_once()
    {
        TestDatabase.Need();
        TestS3.Need();
        Media.NeedTools();
        Media.Clip(_card.At("a.mp4"), "kept");
        var (clip, intake) = await GivenClip.RegisteredAsync(_station!, _card.Path, "a.mp4");
        var pipeline = _station!.Get<ClipPipeline>();
        Assert.Equal(AdvanceOutcome.Advanced, await pipeline.AdvanceAsync(clip, default));
        Assert.False(_station.Get<Spool>().Holds(intake));
        Assert.Single(Local(clip));

        Assert.Equal(AdvanceOutcome.Advanced, await pipeline.AdvanceAsync(clip, default));
        Assert.Single(Local(clip));
        Assert.Equal(AdvanceOutcome.Advanced, await pipeline.AdvanceAsync(clip, default));
        Assert.Equal("previewed", (await _station.Get<ClipTable>().FindForWorkAsync(clip, default))!.Stage.Word());
        Assert.Empty(Local(clip));

        await using (var fetched = await Files.OpenAsync(clip, default))
        {
            await SameAsync(fetched);
            Assert.Equal(2, Local(clip).Length);
        }
        Assert.Single(Local(clip));
        Files.ForgetAll();
        Assert.Empty(Local(clip));
    }

    [SkippableFact]
    public async Task A_file_opened_while_it_lay_in_the_spool_stays_when_the_spool_lets_go()
    {
        TestDatabase.Need();
        TestS3.Need();
        _card.Write("b.dat", RandomNumberGenerator.GetBytes(100_000));
        var (clip, intake) = await GivenClip.RegisteredAsync(_station!, _card.Path, "b.dat");
        await using var early = await Files.OpenEarlyAsync(clip, default);
        Assert.Equal(AdvanceOutcome.Advanced, await _station!.Get<ClipPipeline>().AdvanceAsync(clip, default));
        Assert.False(_station.Get<Spool>().Holds(intake));
        Files.Forget(clip);
        await SameAsync(early, "b.dat");
    }

    private string[] Local(ClipId clip)
    {
        var folder = Path.Combine(_station!.Folder, "run", "fetched", clip.ToString());
        return Directory.Exists(folder) ? Directory.GetFiles(folder) : [];
    }

    private async Task SameAsync(StoredFile file, string name = "a.mp4") =>
        Assert.Equal(await File.ReadAllBytesAsync(_card.At(name)), await File.ReadAllBytesAsync(file.Path));
}
