using System.ComponentModel.DataAnnotations;

namespace YaoAn.Ingest;

/// <summary>Uploads by browser. Section <c>Upload</c>.</summary>
internal sealed class UploadOptions
{
    public const string Section = "Upload";

    /// <summary>Largest file.</summary>
    [Range(1, long.MaxValue)]
    public long MaxBytes { get; set; } = 64L << 30;

    /// <summary>Most unfinished uploads of one account.</summary>
    [Range(1, 10_000)]
    public int MaxUnfinished { get; set; } = 50;

    /// <summary>An unfinished upload to which nothing was added for this long is removed; a finished one leaves its sender's list.</summary>
    public TimeSpan ExpiresAfter { get; set; } = TimeSpan.FromHours(24);

    /// <summary>A session whose files are all settled ends after this time without another file.</summary>
    public TimeSpan SessionEndsAfter { get; set; } = TimeSpan.FromMinutes(2);
}
