using System.Net;
using Minio;
using Minio.DataModel.Args;
using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Objects;

/// <summary>What makes a bucket fit for evidence: locked from birth, the first object stays the object, nothing counts that the store only claims.</summary>
public sealed class S3EvidenceTests : IAsyncLifetime, IDisposable
{
    private readonly SemaphoreSlim _uploads = new(4);
    private readonly string _bucket = TestS3.NewBucketName();
    private readonly ObjectKey _key = ObjectKey.Original(ClipId.New(Given.Now));
    private readonly byte[] _bytes = Given.Bytes(100_000);

    public async Task InitializeAsync()
    {
        if (!TestS3.Given)
            return;
        using var store = Open();
        await store.PrepareAsync(default);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _uploads.Dispose();

    [SkippableFact]
    public async Task An_object_is_locked_by_the_server_from_its_birth()
    {
        TestS3.Need();
        using var store = Open();
        await PutAsync(store, _bytes);
        var stat = await store.StatAsync(_key, default);
        Assert.InRange(stat!.LockedUntil!.Value, DateTimeOffset.UtcNow.AddHours(23), DateTimeOffset.UtcNow.AddHours(25));
        await Assert.ThrowsAsync<ObjectLockedException>(() => store.DeleteAsync(_key, default));
        Assert.Equal(_bytes, await ReadAsync(store));
    }

    [SkippableFact]
    public async Task The_lock_is_proven_by_a_deletion_that_the_server_refuses()
    {
        TestS3.Need();
        using var store = Open();
        await store.ProveLockAsync(default);
        await store.ProveLockAsync(default);
        var left = 0;
        await foreach (var _ in store.ListAsync("canary/", strange: null, default))
            left++;
        Assert.Equal(1, left);
    }

    [SkippableFact]
    public async Task A_store_that_lets_go_of_what_is_locked_is_found_out()
    {
        TestS3.Need();
        using var store = Open(new Fault { Deletes = true });
        var found = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.ProveLockAsync(default));
        Assert.Contains("isn't enforced", found.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Making_sure_of_a_bucket_twice_changes_nothing()
    {
        TestS3.Need();
        using var store = Open();
        await PutAsync(store, _bytes);
        await store.PrepareAsync(default);
        Assert.Equal(_bytes, await ReadAsync(store));
    }

    [SkippableFact]
    public async Task A_bucket_without_locks_is_refused_with_what_to_do()
    {
        TestS3.Need();
        var name = TestS3.NewBucketName();
        using (var plain = new S3ObjectStore(TestS3.Server, name, TestS3.Keys, TestS3.Region, lockDays: null, _uploads, TimeProvider.System))
            await plain.PrepareAsync(default);
        using var store = new S3ObjectStore(TestS3.Server, name, TestS3.Keys, TestS3.Region, lockDays: 1, _uploads, TimeProvider.System);
        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.PrepareAsync(default));
        Assert.Contains("name another bucket", refused.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task What_a_stranger_puts_over_an_original_or_marks_as_deleted_changes_nothing_of_it()
    {
        TestS3.Need();
        using var store = Open();
        await PutAsync(store, _bytes);
        await store.LockUntilAsync(_key, DateTimeOffset.UtcNow.AddDays(183), default);
        using var stranger = new MinioClient().WithEndpoint(TestS3.Server.Authority).WithCredentials(TestS3.Keys.Access, TestS3.Keys.Secret).WithRegion(TestS3.Region).Build();
        using var other = new MemoryStream(Given.Bytes(100_000));
        await stranger.PutObjectAsync(new PutObjectArgs().WithBucket(_bucket).WithObject(_key.Value).WithStreamData(other).WithObjectSize(other.Length));
        await stranger.RemoveObjectAsync(new RemoveObjectArgs().WithBucket(_bucket).WithObject(_key.Value));

        using var later = Open();
        Assert.Equal(_bytes, await ReadAsync(later));
        Assert.Equal(PutOutcome.AlreadyThere, await PutAsync(later, _bytes));
        Assert.True((await later.StatAsync(_key, default))!.LockedUntil > DateTimeOffset.UtcNow.AddDays(182));
    }

    [SkippableFact]
    public async Task An_upload_that_was_begun_and_never_ended_is_removed_once_it_is_old_and_no_object_with_it()
    {
        TestS3.Need();
        using var store = Open();
        await PutAsync(store, _bytes);
        using var stranger = new MinioClient().WithEndpoint(TestS3.Server.Authority).WithCredentials(TestS3.Keys.Access, TestS3.Keys.Secret).WithRegion(TestS3.Region).Build();
        await using var broken = new BrokenStream(40 << 20, breaksAt: 20 << 20);
        await Assert.ThrowsAnyAsync<Exception>(() => stranger.PutObjectAsync(
            new PutObjectArgs().WithBucket(_bucket).WithObject("originals/big one").WithStreamData(broken).WithObjectSize(broken.Length)));
        Assert.Equal(0, await store.RemoveIncompleteAsync(DateTimeOffset.UtcNow.AddHours(-1), default));
        Assert.Equal(1, await store.RemoveIncompleteAsync(DateTimeOffset.UtcNow.AddMinutes(1), default));
        Assert.Equal(0, await store.RemoveIncompleteAsync(DateTimeOffset.UtcNow.AddMinutes(1), default));
        Assert.Equal(_bytes, await ReadAsync(store));
    }

    [SkippableFact]
    public async Task What_a_broken_put_left_is_not_the_object()
    {
        TestS3.Need();
        using var store = Open();
        await PutAsync(store, _bytes[..5000]);
        using var again = Open();
        Assert.Equal(PutOutcome.Put, await PutAsync(again, _bytes));
        Assert.Equal(_bytes, await ReadAsync(again));
        await again.LockUntilAsync(_key, DateTimeOffset.UtcNow.AddDays(183), default);
        using var later = Open();
        Assert.Equal(_bytes, await ReadAsync(later));
    }

    [SkippableFact]
    public async Task A_server_that_stumbles_is_asked_again()
    {
        TestS3.Need();
        var fault = new Fault { Status = HttpStatusCode.ServiceUnavailable, Times = 2 };
        using var store = Open(fault);
        await PutAsync(store, _bytes);
        fault.Times = 2;
        Assert.NotNull(await store.StatAsync(_key, default));
        Assert.Equal(0, fault.Times);
    }

    [SkippableTheory]
    [InlineData("refused")]
    [InlineData("cut")]
    [InlineData("gone")]
    public async Task A_put_that_fails_is_no_put_and_the_same_call_works_later(string how)
    {
        TestS3.Need();
        var fault = new Fault { Put = how };
        using var store = Open(fault);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => PutAsync(store, _bytes));
        fault.Put = null;
        await PutAsync(store, _bytes);
        Assert.Equal(_bytes, await ReadAsync(store));
    }

    [SkippableFact]
    public async Task A_put_that_is_only_claimed_is_no_put()
    {
        TestS3.Need();
        using var store = Open(new Fault { Put = "claimed" });
        await Assert.ThrowsAsync<StoreUnavailableException>(() => PutAsync(store, _bytes));
    }

    [SkippableTheory]
    [InlineData("flipped")]
    [InlineData("short")]
    [InlineData("cut")]
    public async Task The_gate_finds_what_a_store_gives_back_wrong(string how)
    {
        TestS3.Need();
        using var store = Open(new Fault { Get = how });
        var gate = new ObjectGate(store, new GiveWay(TimeProvider.System));
        var receive = () => gate.ReceiveAsync(
            ClipId.New(Given.Now), new ObjectSource.FromMemory(_bytes), Given.Sha256(_bytes), progress: null, default);
        if (how == "flipped")
            await Assert.ThrowsAsync<CorruptOriginalException>(receive);
        else
            await Assert.ThrowsAsync<StoreUnavailableException>(receive);
    }

    private S3ObjectStore Open(Fault? fault = null) =>
        new(TestS3.Server, _bucket, TestS3.Keys, TestS3.Region, lockDays: 1, _uploads, TimeProvider.System, fault);

    private Task<PutOutcome> PutAsync(S3ObjectStore store, byte[] bytes) => store.PutNewAsync(_key, new ObjectSource.FromMemory(bytes), default);

    private async Task<byte[]> ReadAsync(S3ObjectStore store)
    {
        await using var stream = await store.OpenReadAsync(_key, 0, default);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    /// <summary>Between us and the real server: the network and the store at their worst.</summary>
    private sealed class Fault() : DelegatingHandler(new SocketsHttpHandler { UseProxy = false })
    {
        public HttpStatusCode? Status { get; init; }

        public int Times { get; set; }

        public string? Put { get; set; }

        public string? Get { get; init; }

        /// <summary>Says that it deleted.</summary>
        public bool Deletes { get; init; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            // Bytes go by presigned addresses; the rest are requests of the SDK.
            var bytes = request.RequestUri!.Query.Contains("X-Amz-Signature", StringComparison.OrdinalIgnoreCase);
            if (Deletes && request.Method == HttpMethod.Delete)
                return new HttpResponseMessage(HttpStatusCode.NoContent) { RequestMessage = request, Content = new StringContent("") };
            if (!bytes && Status is { } status && Times > 0)
            {
                Times--;
                return new HttpResponseMessage(status) { RequestMessage = request, Content = new StringContent("") };
            }
            if (bytes && request.Method == HttpMethod.Put && Put is { } how)
            {
                return how switch
                {
                    "refused" => new HttpResponseMessage(HttpStatusCode.InternalServerError) { Content = new StringContent("<Error><Code>InternalError</Code></Error>") },
                    "cut" => throw new HttpIOException(HttpRequestError.ResponseEnded),
                    "gone" => throw new HttpRequestException("Connection refused"),
                    _ => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("<Error><Code>InternalError</Code></Error>") },
                };
            }
            var response = await base.SendAsync(request, cancellationToken);
            if (bytes && request.Method == HttpMethod.Get && Get is not null)
            {
                var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
                var length = body.Length;
                if (Get == "flipped")
                    body[length / 2] ^= 1;
                response.Content = Get == "cut" ? new CutContent(body[..(length / 2)], length) : new ByteArrayContent(Get == "short" ? body[..^100] : body);
            }
            return response;
        }
    }

    /// <summary>Promises more than it gives.</summary>
    private sealed class CutContent(byte[] bytes, long promised) : HttpContent
    {
        protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult<Stream>(new CutStream(bytes));

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new HttpIOException(HttpRequestError.ResponseEnded);

        protected override bool TryComputeLength(out long length)
        {
            length = promised;
            return true;
        }
    }

    private sealed class CutStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position == Length ? throw new HttpIOException(HttpRequestError.ResponseEnded, "The response ended prematurely.") : base.ReadAsync(buffer, cancellationToken);
    }

    /// <summary>Zeros, until the source breaks.</summary>
    private sealed class BrokenStream(long length, long breaksAt) : Stream
    {
        private long _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get => _position; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (_position >= breaksAt)
                throw new IOException("The source broke.");
            _position += count;
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
