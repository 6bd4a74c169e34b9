using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>A file on a recorder that is quiet and due to be copied: the start of the chain.</summary>
internal sealed record FootageFile
{
    /// <summary>Root of the recorder.</summary>
    public required string SlotPath { get; init; }

    /// <summary>Path below it, as bytes.</summary>
    public required byte[] RawPath { get; init; }

    /// <summary>
    /// Name below <see cref="SlotPath"/> under which the bytes of an upload lie; <see cref="RawPath"/> is then what the sender calls them.
    /// Such a file is always read whole: all of it came here already, so recognising it by its head would save nothing that counts.
    /// </summary>
    public byte[]? UploadedAs { get; init; }

    /// <summary>Who sent it by a browser.</summary>
    public Uploader? Uploader { get; init; }

    /// <summary>Id given to it before the copy began, so that a crash can't hide from its source that the durable line was crossed.</summary>
    public IntakeId? Intake { get; init; }

    /// <summary>State that the quiet rule saw; the copy must find it unchanged before and after.</summary>
    public required FileStat Stat { get; init; }

    /// <summary>Session.</summary>
    public required SessionId Session { get; init; }

    /// <summary>Slot number; null for an upload.</summary>
    public int? Slot { get; init; }

    /// <summary><c>dock</c>, <c>import</c> or <c>browser</c>.</summary>
    public required string Source { get; init; }

    /// <summary>Recorder.</summary>
    public required RecorderIdentity Recorder { get; init; }

    /// <summary>When it was plugged in.</summary>
    public required DateTimeOffset Attached { get; init; }

    /// <summary>What its name says.</summary>
    public NameFacts? Name { get; init; }

    /// <summary>Intake of the file it belongs to.</summary>
    public IntakeId? SidecarOf { get; init; }
}
