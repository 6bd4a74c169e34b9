using System.Diagnostics;
using YaoAn.Catalog;
using YaoAn.Tests.Station;

namespace YaoAn.Benchmarks;

/// <summary>A folder of files to be copied, with the digest of each.</summary>
internal sealed record Card(string Folder, IReadOnlyDictionary<string, string> Digests, long Bytes)
{
    public static async Task<Card> WriteAsync(string folder, int files, long bytesEach)
    {
        var digests = new Dictionary<string, string>();
        for (var file = 0; file < files; file++)
        {
            // No name of a recording: the look at codecs beside the copy is another step, and none of the others does it.
            var name = $"DSJ_{file:000000}.bin";
            await Footage.WriteNoiseAsync(Path.Combine(folder, name), bytesEach);
            digests[name] = await Footage.DigestAsync(Path.Combine(folder, name));
        }
        await SyncAsync();
        return new Card(folder, digests, files * bytesEach);
    }

    /// <summary>Lets the kernel forget the files, so that whoever comes next reads them from the disk, like whoever came before.</summary>
    public void ForgetCached()
    {
        foreach (var name in Digests.Keys)
        {
            using var file = File.OpenHandle(Path.Combine(Folder, name));
            Posix.ForgetCached(file);
        }
    }

    /// <summary>What a folder holds that these files are not; null where it is the same.</summary>
    public async Task<string?> FaultOfAsync(string copy)
    {
        var found = Directory.EnumerateFiles(copy).Select(Path.GetFileName).Order(StringComparer.Ordinal).ToList();
        if (!found.SequenceEqual(Digests.Keys.Order(StringComparer.Ordinal)))
            return $"{found.Count} files of {Digests.Count}";
        foreach (var (name, digest) in Digests)
        {
            if (await Footage.DigestAsync(Path.Combine(copy, name)) != digest)
                return $"{name} has other bytes";
        }
        return null;
    }

    /// <summary>Nothing waits to be written any more, on no disk.</summary>
    public static async Task SyncAsync()
    {
        using var sync = Process.Start("sync");
        await sync.WaitForExitAsync();
    }
}
