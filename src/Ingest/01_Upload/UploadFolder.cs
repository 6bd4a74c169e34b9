using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// Uploads on disk: a folder each, under its own id, with <c>upload.json</c> and the bytes that have come so far. All removal of uploaded
/// bytes happens here.
/// </summary>
internal sealed class UploadFolder
{
    /// <summary>Name of the bytes in their folder.</summary>
    public const string Bytes = "bytes";

    private const string Record = "upload.json";
    private readonly string _root;

    public UploadFolder(IOptions<DataOptions> data)
    {
        _root = data.Value.UploadsFolder;
        DurableFile.CreateFolder(_root);
    }

    /// <summary>Folder of an upload.</summary>
    public string Of(UploadId id) => Path.Combine(_root, id.ToString());

    /// <summary>Begins an upload. When it returns, the upload and its empty file survive a power loss.</summary>
    public void Create(UploadRecord record)
    {
        var folder = Of(record.Id);
        DurableFile.CreateFolder(folder);
        DurableFile.WriteNew(Path.Combine(folder, Bytes), []);
        // Last: a folder without a record is one that nobody was told of.
        DurableFile.WriteNew(Path.Combine(folder, Record), record.ToBytes());
    }

    /// <summary>Writes a changed record.</summary>
    public void Write(UploadRecord record) => DurableFile.Replace(Path.Combine(Of(record.Id), Record), record.ToBytes());

    /// <summary>Opens the bytes to add to them; nobody else can meanwhile.</summary>
    public FileStream OpenToAppend(UploadId id) => new(Path.Combine(Of(id), Bytes), FileMode.Open, FileAccess.Write, FileShare.Read, bufferSize: 0);

    /// <summary>Length and mtime of the bytes; null once they were let go.</summary>
    public FileInfo? BytesOf(UploadId id) => new FileInfo(Path.Combine(Of(id), Bytes)) is { Exists: true } file ? file : null;

    /// <summary>Gives the whole file the mtime that its sender told, as a copied card's file has its own.</summary>
    public void SetModified(UploadId id, DateTimeOffset modified) => File.SetLastWriteTimeUtc(Path.Combine(Of(id), Bytes), modified.UtcDateTime);

    /// <summary>State of the bytes, as 02 compares it.</summary>
    public FileStat StatOf(UploadId id)
    {
        using var folder = new SlotFolder(Of(id));
        using var bytes = folder.Open(System.Text.Encoding.UTF8.GetBytes(Bytes));
        return Posix.Stat(bytes);
    }

    /// <summary>All uploads with a readable record. Folders without one are the remains of a creation that a crash cut off: they go.</summary>
    public IReadOnlyList<UploadRecord> Load(Action<string, Exception> unreadable)
    {
        var records = new List<UploadRecord>();
        foreach (var folder in Directory.EnumerateDirectories(_root))
        {
            if (!UploadId.TryParse(Path.GetFileName(folder), null, out var id))
                continue;
            var path = Path.Combine(folder, Record);
            if (!File.Exists(path))
            {
                Remove(id);
                continue;
            }
            try
            {
                records.Add(UploadRecord.FromBytes(File.ReadAllBytes(path)));
            }
            catch (System.Text.Json.JsonException e)
            {
                // One bad file must not stop the station; it stays where it is.
                unreadable(folder, e);
            }
        }
        return records;
    }

    /// <summary>Lets the bytes go. The caller has seen them behind the durable line.</summary>
    public void ReleaseBytes(UploadId id)
    {
#pragma warning disable RS0030 // Behind the durable line: the spool has them.
        FaultPoint.Pass("delete", "bytes of an upload");
        File.Delete(Path.Combine(Of(id), Bytes));
#pragma warning restore RS0030
        Posix.SyncFolder(Of(id));
    }

    /// <summary>Removes an upload with whatever has come of it: expired, given up by its sender, or settled long ago.</summary>
    public void Remove(UploadId id)
    {
        var folder = Of(id);
#pragma warning disable RS0030 // The one place that removes unfinished uploads; the callers' duty stands at Uploads.
        // The record first: a crash in between leaves a folder that the next start takes for the remains of a creation.
        foreach (var name in new[] { Record, Record + ".part", Bytes, Bytes + ".part" })
            File.Delete(Path.Combine(folder, name));
        Directory.Delete(folder, recursive: false);
#pragma warning restore RS0030
        Posix.SyncFolder(_root);
    }
}
