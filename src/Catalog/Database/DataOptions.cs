using System.ComponentModel.DataAnnotations;

namespace YaoAn.Catalog;

/// <summary>Where this machine keeps what it must not lose. Section <c>YaoAn</c>.</summary>
public sealed class DataOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "YaoAn";

    /// <summary>Folder that holds everything: spool, store, docks, keys, journal. Default <c>./data</c>.</summary>
    [Required]
    public string DataFolder { get; set; } = "data";

    /// <summary>Root of the folder store.</summary>
    public string StoreFolder => Path.Combine(Root, "store");

    /// <summary>Root of the station's spool; on the store's file system, so that a clip is stored without a second copy.</summary>
    public string SpoolFolder => Path.Combine(Root, "spool");

    /// <summary>Folder of the folder slots.</summary>
    public string DocksFolder => Path.Combine(Root, "docks");

    /// <summary>Folder of key files.</summary>
    public string KeysFolder => Path.Combine(Root, "keys");

    /// <summary>Folder of uploads that are under way; on the disk of the spool, whose reserve counts for both.</summary>
    public string UploadsFolder => Path.Combine(Root, "uploads");

    /// <summary>The station's journal (SQLite).</summary>
    public string JournalFile => Path.Combine(Root, "station.db");

    /// <summary>Scratch space of running programs; may be emptied while none runs.</summary>
    public string RunFolder => Path.Combine(Root, "run");

    private string Root => Path.GetFullPath(DataFolder);
}
