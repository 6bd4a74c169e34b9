using Minio;
using Minio.DataModel.Args;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Ingest.Tests;

/// <summary>The census against a real bucket, in which strangers can hide things and delete none.</summary>
public sealed class CensusOfBucketTests : IAsyncLifetime
{
    private readonly TestDatabase _database = new();
    private readonly TempFolder _card = new();
    private readonly TempFolder _keys = new();
    private readonly string _bucket = TestS3.NewBucketName();
    private Station? _station;

    public async Task InitializeAsync()
    {
        await _database.InitializeAsync();
        if (!TestDatabase.Given || !TestS3.Given)
            return;
        _station = Station.Whole(_database, [.. Station.OnBucket(_keys, _bucket), ("Work:CensusAt", "00:00:00")]);
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
    public async Task What_a_stranger_hides_puts_over_or_adds_is_named_and_no_clip_turns_red()
    {
        TestS3.Need();
        TestDatabase.Need();
        var station = _station!;
        var (marked, covered, sound) = (await station.StoredAsync(_card), await station.StoredAsync(_card), await station.StoredAsync(_card));
        using var stranger = new MinioClient().WithEndpoint(TestS3.Server.Authority).WithCredentials(TestS3.Keys.Access, TestS3.Keys.Secret).WithRegion(TestS3.Region).Build();
        await stranger.RemoveObjectAsync(new RemoveObjectArgs().WithBucket(_bucket).WithObject(ObjectKey.Original(marked).Value));
        await PutAsync(stranger, ObjectKey.Original(covered).Value, 99);
        var untracked = ObjectKey.Original(ClipId.New(Given.Now)).Value;
        await PutAsync(stranger, untracked, 77);
        await PutAsync(stranger, "originals/Fremd & Söhne.TXT", 1);

        var row = (await station.Get<StoreCensus>().RunAsync(default))!;

        Assert.Equal(("findings", 3, 3), (row.Result, row.Clips, row.Locks));
        var found = await station.Get<CensusTable>().FindingsAsync(null, null, 10, default);
        Assert.Equal(
            new[] { ("hidden", ObjectKey.Original(covered).Value), ("hidden", ObjectKey.Original(marked).Value), ("strange", "originals/Fremd & Söhne.TXT"), ("untracked", untracked) }.Order(),
            found.Select(finding => (finding.Kind, finding.Subject)).Order());
        foreach (var clip in (ClipId[])[marked, covered, sound])
            Assert.Equal(ClipHealth.Ok, (await station.Get<ClipTable>().FindForWorkAsync(clip, default))!.Health);
    }

    private async Task PutAsync(IMinioClient client, string name, int length)
    {
        using var bytes = new MemoryStream(Given.Bytes(length)[..length]);
        await client.PutObjectAsync(new PutObjectArgs().WithBucket(_bucket).WithObject(name).WithStreamData(bytes).WithObjectSize(length));
    }
}
