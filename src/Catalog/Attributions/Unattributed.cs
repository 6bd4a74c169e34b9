namespace YaoAn.Catalog;

/// <summary>Why nobody can say whose footage a sighting is, as codes; a page has the words.</summary>
public static class Unattributed
{
    /// <summary>The recorder isn't known: no binding file, no volume label, no number in the name.</summary>
    public const string RecorderUnknown = "recorder-unknown";

    /// <summary>Its serial is in no registry.</summary>
    public const string RecorderUnregistered = "recorder-unregistered";

    /// <summary>Two recorders of its serial were in slots at the same time: one of them is a copy.</summary>
    public const string RecorderTwice = "recorder-twice";

    /// <summary>It was issued to nobody then.</summary>
    public const string NotIssued = "not-issued";

    /// <summary>The file's name has the number of another officer than the ledger.</summary>
    public const string NameContradicts = "name-contradicts";

    /// <summary>Within the error of its clock it was with more than one officer.</summary>
    public const string TimeUnsure = "time-unsure";

    /// <summary>It was sent by an account that belongs to no officer.</summary>
    public const string UploaderUnknown = "uploader-unknown";
}

/// <summary>A sighting that nobody is named for, with what is known of it.</summary>
public sealed record UnattributedRow
{
    /// <summary>Sighting.</summary>
    public required IntakeId IntakeId { get; init; }

    /// <summary>Clip.</summary>
    public required ClipId ClipId { get; init; }

    /// <summary>Name of the file, safe to show.</summary>
    public required string DisplayName { get; init; }

    /// <summary>Serial of the recorder.</summary>
    public string? Recorder { get; init; }

    /// <summary>Best known time of the recording.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Officer's number in the file's name.</summary>
    public string? Person { get; init; }

    /// <summary>One of <see cref="Unattributed"/>.</summary>
    public required string Reason { get; init; }

    /// <summary>Who had the recorder then by the ledger: number and name, '、' between several.</summary>
    public string? Holders { get; init; }

    /// <summary>Station.</summary>
    public required string Station { get; init; }

    /// <summary>When it was safe here.</summary>
    public required DateTimeOffset SpooledAt { get; init; }
}

/// <summary>A change that waits for a second person.</summary>
public sealed record WaitingAttribution
{
    /// <summary>Id.</summary>
    public required Guid AttributionId { get; init; }

    /// <summary>Clip.</summary>
    public required ClipId ClipId { get; init; }

    /// <summary>Name of the file.</summary>
    public required string DisplayName { get; init; }

    /// <summary>Whose it is now.</summary>
    public string? Before { get; init; }

    /// <summary>Whose it is to be.</summary>
    public required string After { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>Who asked.</summary>
    public required string Account { get; init; }

    /// <summary>Whose account that is.</summary>
    public required AccountId AccountId { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }
}
