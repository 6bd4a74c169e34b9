using System.Security.Cryptography;
using YaoAn.Catalog;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;

namespace YaoAn.Benchmarks;

/// <summary>A store of the product, by the call with which 04 puts an original.</summary>
internal abstract class StoreContender(string name) : Contender(name)
{
    private readonly ObjectKey _key = ObjectKey.Original(new ClipId(Guid.CreateVersion7()));

    protected abstract Task<IObjectStore> OpenAsync(string target);

    public override async Task<Func<Task>> PrepareAsync(Card card, string target)
    {
        Store = await OpenAsync(target);
        var source = new ObjectSource.FromFile(Path.Combine(card.Folder, card.Digests.Keys.Single()), card.Bytes);
        return async () =>
        {
            if (await Store.PutNewAsync(_key, source, CancellationToken.None) != PutOutcome.Put)
                throw new IOException("The object was there before.");
        };
    }

    public override async Task<string?> FaultAsync(Card card, string target)
    {
        await using var bytes = await Store!.OpenReadAsync(_key, 0, CancellationToken.None);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(bytes)) == card.Digests.Values.Single() ? null : "the store gave back other bytes";
    }

    public override async ValueTask EndAsync()
    {
        if (Store is { } store)
            await store.DeleteAsync(_key, CancellationToken.None);
    }

    protected IObjectStore? Store { get; private set; }
}

/// <summary>A bucket with locks, as originals have it, but for the default lock, which would keep the benchmark's own objects for a day.</summary>
internal sealed class BucketContender() : StoreContender("S3ObjectStore"), IDisposable
{
    private readonly SemaphoreSlim _uploads = new(4);
    private S3ObjectStore? _store;

    protected override async Task<IObjectStore> OpenAsync(string target)
    {
        if (_store is null)
        {
            _store = new S3ObjectStore(TestS3.Server, TestS3.NewBucketName(), TestS3.Keys, TestS3.Region, lockDays: 0, _uploads, TimeProvider.System);
            await _store.PrepareAsync(CancellationToken.None);
        }
        return _store;
    }

    public void Dispose()
    {
        _store?.Dispose();
        _uploads.Dispose();
    }
}

/// <summary>A folder.</summary>
internal sealed class FolderContender() : StoreContender("FolderObjectStore")
{
    protected override Task<IObjectStore> OpenAsync(string target) => Task.FromResult<IObjectStore>(new FolderObjectStore(target, TimeProvider.System));
}

/// <summary><c>rclone copyto</c>, into a bucket or into a folder and then synced.</summary>
/// <param name="bucket">Null for the folder.</param>
internal sealed class RcloneContender(string? bucket) : Contender("rclone copyto" + (bucket is null ? ", fsync" : ""))
{
    private const string Key = "original";

    public override string? Absent => Peer.AbsenceOf("rclone");

    public static async Task<RcloneContender> ToNewBucketAsync()
    {
        var bucket = TestS3.NewBucketName();
        using var uploads = new SemaphoreSlim(1);
        using var store = new S3ObjectStore(TestS3.Server, bucket, TestS3.Keys, TestS3.Region, lockDays: null, uploads, TimeProvider.System);
        await store.PrepareAsync(CancellationToken.None);
        return new RcloneContender(bucket);
    }

    public override Task<Func<Task>> PrepareAsync(Card card, string target)
    {
        var file = Path.Combine(card.Folder, card.Digests.Keys.Single());
        return Task.FromResult<Func<Task>>(bucket is not null
            ? () => Rclone.RunAsync("copyto", file, $":s3:{bucket}/{Key}")
            : async () =>
            {
                var copy = Path.Combine(target, Key);
                await Rclone.RunAsync("copyto", file, copy);
                using var written = new FileStream(copy, FileMode.Open, FileAccess.Write);
                written.Flush(flushToDisk: true);
            });
    }

    public override async Task<string?> FaultAsync(Card card, string target)
    {
        var found = bucket is null
            ? await Footage.DigestAsync(Path.Combine(target, Key))
            : (await Rclone.RunAsync("hashsum", "sha256", "--download", $":s3:{bucket}/{Key}")).Split(' ')[0];
        return found == card.Digests.Values.Single() ? null : "other bytes arrived";
    }

    public override async ValueTask EndAsync()
    {
        if (bucket is not null)
            await Rclone.RunAsync("deletefile", $":s3:{bucket}/{Key}");
    }
}
