using System.Security.Cryptography;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>Puts what was made of an original into the derived store, with what it was made of and how.</summary>
internal sealed class DerivedFiles(ObjectStores stores, DerivedTable derived, TimeProvider time)
{
    public Task<DerivedRow> PutAsync(ProbedClip clip, string name, string contentType, byte[] bytes, IReadOnlyList<string> arguments, CancellationToken ct) =>
        PutAsync(clip, name, contentType, new ObjectSource.FromMemory(bytes), Sha256Digest.From(SHA256.HashData(bytes)), arguments, ct);

    /// <summary>From a finished file, which is read once more for its digest.</summary>
    public async Task<DerivedRow> PutFileAsync(ProbedClip clip, string name, string contentType, string path, IReadOnlyList<string> arguments, CancellationToken ct)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        var digest = Sha256Digest.From(await SHA256.HashDataAsync(file, ct));
        return await PutAsync(clip, name, contentType, new ObjectSource.FromFile(path, file.Length), digest, arguments, ct);
    }

    private async Task<DerivedRow> PutAsync(
        ProbedClip clip, string name, string contentType, ObjectSource source, Sha256Digest digest, IReadOnlyList<string> arguments, CancellationToken ct)
    {
        var key = ObjectKey.Derived(clip.Id, name);
        // Made anew: an older version of a derived file gives way. Originals never do.
        await stores.Derived.DeleteAsync(key, ct);
        await stores.Derived.PutNewAsync(key, source, ct);
        var row = new DerivedRow
        {
            ClipId = clip.Id,
            Name = name,
            ContentType = contentType,
            SizeBytes = source.SizeBytes,
            Sha256 = digest,
            ParentSha256 = clip.Sha256,
            Tool = "ffmpeg",
            Arguments = string.Join(' ', arguments),
            MadeAt = time.GetUtcNow(),
        };
        await derived.WriteAsync(row, ct);
        return row;
    }
}
