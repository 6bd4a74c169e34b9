using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Minio;
using Minio.DataModel.Args;
using Minio.DataModel.ObjectLock;
using Minio.Exceptions;

namespace YaoAn.Catalog;

/// <summary>A version of an object as the bucket lists it.</summary>
/// <param name="VersionId">Id; <c>null</c>, the word, in a bucket without versions.</param>
/// <param name="SizeBytes">Size.</param>
/// <param name="PutAt">When the server took it.</param>
internal sealed record S3Version(string VersionId, long SizeBytes, DateTimeOffset PutAt);

/// <summary>
/// One bucket. Buckets, locks, lists and signatures go through the SDK; bytes go by presigned URLs through a client of our own, which streams
/// them in constant memory and can ask for ranges (Minio 7.0.0 can't). Such a URL never leaves this process.
/// </summary>
internal sealed class S3Bucket : IDisposable
{
    /// <summary>A single PUT may have this many bytes (AWS: 5 GiB).</summary>
    public const long MostBytesOfOnePut = 5L << 30;

    private const string NoVersions = "null";
    private const int UrlGoodForSeconds = 3600;
    private static readonly TimeSpan s_stall = TimeSpan.FromSeconds(60);

    private readonly string _name;
    private readonly IMinioClient _sdk;
    private readonly HttpClient _bytes;
    private readonly Func<IMinioClient> _another;

    public S3Bucket(Uri server, string name, string accessKey, string secretKey, string region, HttpMessageHandler? transport = null)
    {
        _name = name;
        // The SDK changes the settings of a client that makes buckets, and of the HttpClient that it is given: each has its own.
        _another = () => new MinioClient()
            .WithEndpoint(server.Authority)
            .WithSSL(server.Scheme == Uri.UriSchemeHttps)
            .WithCredentials(accessKey, secretKey)
            .WithRegion(region)
            .WithHttpClient(new HttpClient(new S3Handler(transport ?? Transport())), disposeHttpClient: true)
            .Build();
        _sdk = _another();
        _bytes = new HttpClient(transport ?? Transport(), disposeHandler: transport is null) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Its name.</summary>
    public string Name => _name;

    /// <summary>Makes the bucket where there is none. One with locks gets a COMPLIANCE default of so many days, so that an object is locked from birth.</summary>
    /// <exception cref="StoreUnavailableException">It is there without Object Lock, which can't be had later.</exception>
    public async Task PrepareAsync(int? lockDays, CancellationToken ct)
    {
        using var sdk = _another();
        if (!await sdk.BucketExistsAsync(new BucketExistsArgs().WithBucket(_name), ct))
        {
            var args = new MakeBucketArgs().WithBucket(_name);
            await sdk.MakeBucketAsync(lockDays is null ? args : args.WithObjectLock(), ct);
        }
        if (lockDays is not > 0)
            return;
        try
        {
            await sdk.SetObjectLockConfigurationAsync(
                new SetObjectLockConfigurationArgs().WithBucket(_name).WithLockConfiguration(new ObjectLockConfiguration(ObjectRetentionMode.COMPLIANCE, lockDays.Value)), ct);
            var now = await sdk.GetObjectLockConfigurationAsync(new GetObjectLockConfigurationArgs().WithBucket(_name), ct);
            if (now.Rule?.DefaultRetention is not { Mode: ObjectRetentionMode.COMPLIANCE, Days: var days } || days < lockDays)
                throw new StoreUnavailableException($"The bucket {_name} took its default retention and doesn't have it: check the store.");
        }
        catch (Exception e) when (e is MinioException)
        {
            throw new StoreUnavailableException(
                $"The bucket {_name} has no Object Lock, which is set only when a bucket is made: name another bucket, that this program makes by itself.", e);
        }
    }

    /// <summary>The versions of a key, oldest first. A version is never changed, whatever is put later: the oldest is what came in.</summary>
    public async Task<IReadOnlyList<S3Version>> VersionsAsync(ObjectKey key, CancellationToken ct)
    {
        var versions = new List<S3Version>();
        var args = new ListObjectsArgs().WithBucket(_name).WithPrefix(key.Value).WithRecursive(true).WithVersions(true);
        await foreach (var item in _sdk.ListObjectsEnumAsync(args, ct))
        {
            if (item.Key == key.Value)
                versions.Add(new S3Version(item.VersionId ?? NoVersions, (long)item.Size, item.LastModifiedDateTime ?? default));
        }
        // Listed newest first (AWS API reference, ListObjectVersions).
        versions.Reverse();
        return versions;
    }

    /// <summary>Puts bytes. Gives the new version's id; null where the server refused, since the key is taken (buckets without versions).</summary>
    public async Task<string?> PutAsync(ObjectKey key, ObjectSource source, CancellationToken ct)
    {
        var url = await _sdk.PresignedPutObjectAsync(new PresignedPutObjectArgs().WithBucket(_name).WithObject(key.Value).WithExpiry(UrlGoodForSeconds));
        await using var bytes = source.Open();
        using var request = new HttpRequestMessage(HttpMethod.Put, url) { Content = new StreamContent(bytes, 1 << 20) };
        request.Content.Headers.ContentLength = source.SizeBytes;
        request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Any);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        // As slow as 1 MiB/s is slow; slower is a store that hangs.
        patience.CancelAfter(s_stall + TimeSpan.FromSeconds(source.SizeBytes >> 20));
        using var response = await _bytes.SendAsync(request, patience.Token);
        if (response.StatusCode == HttpStatusCode.PreconditionFailed)
            return null;
        await RefuseAsync(response, ct);
        return response.Headers.TryGetValues("x-amz-version-id", out var id) ? id.First() : NoVersions;
    }

    /// <summary>Opens a version's bytes from an offset on; null where it is gone.</summary>
    public async Task<Stream?> OpenAsync(ObjectKey key, S3Version version, long offset, CancellationToken ct)
    {
        if (offset >= version.SizeBytes && offset > 0)
            return Stream.Null;
        var args = new PresignedGetObjectArgs().WithBucket(_name).WithObject(key.Value).WithExpiry(UrlGoodForSeconds);
        if (version.VersionId != NoVersions)
            args = args.WithHeaders(new Dictionary<string, string> { ["versionId"] = version.VersionId });
        using var request = new HttpRequestMessage(HttpMethod.Get, await _sdk.PresignedGetObjectAsync(args));
        if (offset > 0)
            request.Headers.Range = new RangeHeaderValue(offset, null);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(s_stall);
        var response = await _bytes.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        try
        {
            if (response.StatusCode == HttpStatusCode.NotFound)
                return null;
            await RefuseAsync(response, ct);
            // Asked for a part and given the whole, or promised less than it holds: a store that lies.
            if (response.Content.Headers.ContentLength != version.SizeBytes - offset || (offset > 0 && response.StatusCode != HttpStatusCode.PartialContent))
                throw new StoreUnavailableException($"The store lists {key} with {version.SizeBytes} bytes and gives {response.Content.Headers.ContentLength} from {offset} on: check the store.");
            var opened = new S3ReadStream(await response.Content.ReadAsStreamAsync(ct), s_stall);
            response = null;
            return opened;
        }
        finally
        {
            response?.Dispose();
        }
    }

    /// <summary>The date until which the server itself refuses to delete a version; null without one.</summary>
    public async Task<DateTimeOffset?> RetainedUntilAsync(ObjectKey key, S3Version version, CancellationToken ct)
    {
        try
        {
            var retention = await _sdk.GetObjectRetentionAsync(
                new GetObjectRetentionArgs().WithBucket(_name).WithObject(key.Value).WithVersionId(version.VersionId), ct);
            return retention?.RetainUntilDate is { Length: > 0 } until
                ? DateTimeOffset.Parse(until, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal)
                : null;
        }
        catch (MissingObjectLockConfigurationException)
        {
            return null;
        }
    }

    /// <summary>Sets a version to COMPLIANCE until a date, of whole seconds.</summary>
    public Task RetainAsync(ObjectKey key, S3Version version, DateTimeOffset until, CancellationToken ct) => _sdk.SetObjectRetentionAsync(
        new SetObjectRetentionArgs().WithBucket(_name).WithObject(key.Value).WithVersionId(version.VersionId)
            .WithRetentionMode(ObjectRetentionMode.COMPLIANCE)
            // The SDK compares with the local clock, whatever the kind of the date.
            .WithRetentionUntilDate(until.LocalDateTime),
        ct);

    /// <summary>Removes a version; false where the server refuses, as it is locked.</summary>
    public async Task<bool> RemoveAsync(ObjectKey key, S3Version version, CancellationToken ct)
    {
        var args = new RemoveObjectArgs().WithBucket(_name).WithObject(key.Value);
        try
        {
            await _sdk.RemoveObjectAsync(version.VersionId == NoVersions ? args : args.WithVersionId(version.VersionId), ct);
            return true;
        }
        catch (MinioException e) when (e is AccessDeniedException || e.Response?.Code == "AccessDenied")
        {
            return false;
        }
    }

    /// <summary>Key and size of every object below a prefix; names that are no keys of ours are told apart.</summary>
    public async IAsyncEnumerable<ObjectStat> ListAsync(string prefix, Action<string>? strange, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var args = new ListObjectsArgs().WithBucket(_name).WithPrefix(prefix).WithRecursive(true);
        await foreach (var item in _sdk.ListObjectsEnumAsync(args, ct))
        {
            if (ObjectKey.TryParse(item.Key, out var key))
                yield return new ObjectStat(key, (long)item.Size, null, item.LastModifiedDateTime);
            else
                strange?.Invoke(item.Key);
        }
    }

    /// <summary>Removes multipart uploads that were begun before a time. Ours are single puts, which leave none; the SDK's, and those of other programs, do.</summary>
    public async Task<int> RemoveIncompleteAsync(DateTimeOffset begunBefore, CancellationToken ct)
    {
        var uploads = new List<(string Key, DateTimeOffset Begun)>();
        var args = new ListIncompleteUploadsArgs().WithBucket(_name).WithPrefix("").WithRecursive(true);
        await foreach (var upload in _sdk.ListIncompleteUploadsEnumAsync(args, ct))
            uploads.Add((upload.Key, DateTimeOffset.Parse(upload.Initiated, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)));
        // The SDK removes all uploads of a key at once: a key with a young one has its turn later.
        var old = uploads.GroupBy(upload => upload.Key).Where(key => key.All(upload => upload.Begun < begunBefore)).ToList();
        foreach (var key in old)
            await _sdk.RemoveIncompleteUploadAsync(new RemoveIncompleteUploadArgs().WithBucket(_name).WithObject(key.Key), ct);
        return old.Sum(key => key.Count());
    }

    /// <summary>Shows that the bucket can be asked now.</summary>
    public Task<bool> ExistsAsync(CancellationToken ct) => _sdk.BucketExistsAsync(new BucketExistsArgs().WithBucket(_name), ct);

    public void Dispose()
    {
        _bytes.Dispose();
        _sdk.Dispose();
    }

    private static SocketsHttpHandler Transport() => new()
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };

    private static async Task RefuseAsync(HttpResponseMessage response, CancellationToken ct)
    {
        if (response.IsSuccessStatusCode)
            return;
        var body = await response.Content.ReadAsStringAsync(ct);
        throw new StoreUnavailableException($"The store answered {(int)response.StatusCode}: {body[..Math.Min(body.Length, 300)]}");
    }
}
