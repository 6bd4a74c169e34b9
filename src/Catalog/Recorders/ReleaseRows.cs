namespace YaoAn.Catalog;

/// <summary>What became of a deletion on a recorder that was intended.</summary>
public static class ReleaseOutcomes
{
    /// <summary>The file was compared with its stored original and deleted.</summary>
    public const string Deleted = "deleted";

    /// <summary>The file is gone although nobody noted that it was deleted: the station broke down in between.</summary>
    public const string Recovered = "recovered";

    /// <summary>What lies there isn't what is stored, so it was left there.</summary>
    public const string Kept = "kept";
}

/// <summary>Why a file stays on its recorder although its model releases. Pages have the words.</summary>
public static class ReleaseReasons
{
    /// <summary>Its size, time or place on the recorder changed.</summary>
    public const string Changed = "changed";

    /// <summary>Its bytes are others.</summary>
    public const string OtherBytes = "other-bytes";

    /// <summary>The recorder is mounted for reading only.</summary>
    public const string ReadOnly = "read-only";

    /// <summary>The recorder refused, or went away.</summary>
    public const string Failed = "failed";

    /// <summary>The store gave back other bytes, or none.</summary>
    public const string StoreDiffers = "store-differs";

    /// <summary>The store doesn't keep it as long as the catalog says.</summary>
    public const string NotLocked = "not-locked";

    /// <summary>The proof was too old when it came to it.</summary>
    public const string Expired = "expired";
}

/// <summary>A file on a recorder whose clip is stored, or whose deletion was intended.</summary>
public sealed record RecorderCopy
{
    /// <summary>Its sighting.</summary>
    public required IntakeId IntakeId { get; init; }

    /// <summary>Its clip.</summary>
    public required ClipId ClipId { get; init; }

    /// <summary>SHA-256 of the clip.</summary>
    public required Sha256Digest Sha256 { get; init; }

    /// <summary>SM3 of the clip; null where no read-back was recorded.</summary>
    public Sm3Digest? Sm3 { get; init; }

    /// <summary>Length in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>Path on the recorder as bytes.</summary>
    public required byte[] RawPath { get; init; }

    /// <summary>The same, safe to show.</summary>
    public required string DisplayPath { get; init; }

    /// <summary>mtime on the recorder.</summary>
    public required DateTimeOffset ModifiedAt { get; init; }

    /// <summary>When the clip was stored and read back; null before.</summary>
    public DateTimeOffset? StoredAt { get; init; }

    /// <summary>Until when the store keeps it, as the catalog has it.</summary>
    public DateTimeOffset? LockedUntil { get; init; }

    /// <summary>Whole reads of the stored object that gave the clip's bytes.</summary>
    public required long Reads { get; init; }

    /// <summary>Whether the recorder's model releases now, and the clip is sound: without it nothing is deleted, only found.</summary>
    public required bool MayGo { get; init; }

    /// <summary>When its deletion was intended; null where it wasn't yet.</summary>
    public DateTimeOffset? IntendedAt { get; init; }
}

/// <summary>What became of a sighting's file on the recorder.</summary>
/// <param name="IntakeId">The sighting.</param>
/// <param name="IntendedAt">When the deletion was intended.</param>
/// <param name="EndedAt">When it was found to be done, or given up.</param>
/// <param name="Outcome">One of <see cref="ReleaseOutcomes"/>; null while it is open.</param>
/// <param name="Reason">One of <see cref="ReleaseReasons"/>.</param>
public sealed record ReleaseRow(IntakeId IntakeId, DateTimeOffset IntendedAt, DateTimeOffset? EndedAt, string? Outcome, string? Reason);

/// <summary>Counts of one docking.</summary>
/// <param name="Gone">Files that are gone from the recorder.</param>
/// <param name="Open">Files whose deletion is intended and not done.</param>
/// <param name="LastAt">When the last of them went.</param>
public sealed record ReleaseCounts(long Gone, long Open, DateTimeOffset? LastAt);
