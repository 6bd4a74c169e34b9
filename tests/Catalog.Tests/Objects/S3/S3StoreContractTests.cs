using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Objects;

/// <summary>The contract against a bucket with locks and without a default retention, so that what tests lock can be seen to end.</summary>
public sealed class S3LockingStoreTests : ObjectStoreContract, IAsyncLifetime, IDisposable
{
    private readonly SemaphoreSlim _uploads = new(4);
    private S3ObjectStore? _store;

    protected override IObjectStore Store
    {
        get
        {
            TestS3.Need();
            return _store!;
        }
    }

    // The server keeps whole seconds.
    protected override DateTimeOffset Now
    {
        get
        {
            var now = DateTimeOffset.UtcNow;
            return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond));
        }
    }

    protected override TimeSpan LockFor => TimeSpan.FromSeconds(6);

    protected override Task PassAsync(TimeSpan time) => Task.Delay(time);

    public async Task InitializeAsync()
    {
        if (!TestS3.Given)
            return;
        _store = new S3ObjectStore(TestS3.Server, TestS3.NewBucketName(), TestS3.Keys, TestS3.Region, lockDays: 0, _uploads, TimeProvider.System);
        await _store.PrepareAsync(default);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _store?.Dispose();
        _uploads.Dispose();
    }
}
