using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>A file on a recorder that is quiet and due to be copied: the start of the chain.</summary>
internal sealed record FootageFile
{
    /// <summary>Root of the recorder.</summary>
    public required string SlotPath { get; init; }

    /// <summary>Path below it, as bytes.</summary>
    public required byte[] RawPath { get; init; }

    /// <summary>State that the quiet rule saw; the copy must find it unchanged before and after.</summary>
    public required FileStat Stat { get; init; }

    /// <summary>Session.</summary>
    public required SessionId Session { get; init; }

    /// <summary>Slot number.</summary>
    public required int Slot { get; init; }

    /// <summary><c>dock</c> or <c>import</c>.</summary>
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
