using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>What became of one attempt to copy a file off a recorder. Only <see cref="Copied"/> leaves anything in the spool.</summary>
internal enum CopyOutcome
{
    /// <summary>Spooled, re-read, equal: the durable line is crossed.</summary>
    Copied,

    /// <summary>The same file of the same recorder was taken in before; only its first 64 KiB were read.</summary>
    AlreadyHere,

    /// <summary>Size or mtime moved while it was read: the camera is still writing, or somebody else is.</summary>
    SourceChanged,

    /// <summary>The file, or the recorder, is no longer there.</summary>
    SourceGone,

    /// <summary>The card gave a read error.</summary>
    SourceUnreadable,

    /// <summary>The spool's disk has no room above its reserve.</summary>
    SpoolFull,

    /// <summary>The spooled copy, read again, was not what was read from the card: the station's disk or memory is bad.</summary>
    SpoolDiffers,
}

/// <summary>Outcome with the intake that holds the bytes, for <see cref="CopyOutcome.Copied"/> and <see cref="CopyOutcome.AlreadyHere"/>.</summary>
internal sealed record CopyResult(CopyOutcome Outcome, IntakeManifest? Manifest = null, IntakeId? Known = null, string? Detail = null);
