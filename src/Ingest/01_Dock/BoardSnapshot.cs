namespace YaoAn.Ingest;

/// <summary>The board as JSON: facts only, no words; the page has those.</summary>
internal sealed record BoardSnapshot(
    string Station, string Title, string? Contact, DateTimeOffset At, BoardLights Lights, BoardCounts Counts,
    IReadOnlyList<BoardSlot> Slots, IReadOnlyList<BoardAlert> Alerts);

/// <summary>Database <c>ok</c>/<c>down</c>, store <c>ok</c>/<c>down</c>/<c>advisory</c>, clock <c>unknown</c> until it is measured.</summary>
internal sealed record BoardLights(string Database, string Store, string Clock, long SpoolFreeBytes, bool SpoolLow);

/// <summary>Slots by colour.</summary>
internal sealed record BoardCounts(int Ready, int Running, int Staged, int Trouble);

/// <summary>One tile.</summary>
/// <param name="Slot">Number.</param>
/// <param name="Kind"><c>folder</c> or <c>mount</c>.</param>
/// <param name="State"><c>empty</c>, <c>running</c>, <c>staged</c>, <c>ready</c> or <c>trouble</c>: grey, blue, amber, green, red.</param>
/// <param name="Phase"><c>waiting</c>, <c>copying</c>, <c>storing</c> or <c>none</c>.</param>
/// <param name="MayTake">Whether the recorder may be taken out without loss.</param>
internal sealed record BoardSlot(
    int Slot, string Kind, string State, string Phase, bool MayTake,
    string? Recorder, string? RecorderBy, string? Officer, Guid? SessionId, DateTimeOffset? AttachedAt,
    BoardFiles Files, BoardBytes Bytes, long? RateBytesPerSecond, DateTimeOffset? DoneAt, DateTimeOffset? VerifiedAt,
    IReadOnlyList<BoardSkip> Skips, BoardCause? Cause, BoardSummary? Summary, BoardReleased? Released = null);

/// <summary>Files that were deleted on the recorder once they were proven to be stored, those of them that are still to go, and when the last one went.</summary>
internal sealed record BoardReleased(long Gone, long Open, DateTimeOffset? LastAt);

/// <summary>Counts of a session's files; <paramref name="Listed"/> is without the skipped ones.</summary>
internal sealed record BoardFiles(int Listed, int Copied, int Stored, int Known, int Duplicate, int Skipped, int Failed);

/// <summary>Bytes of a session's files.</summary>
internal sealed record BoardBytes(long Listed, long Copied, long Stored);

/// <summary>A file that was left out.</summary>
internal sealed record BoardSkip(string Name, string Reason);

/// <summary>Why a tile is red.</summary>
internal sealed record BoardCause(string Code, string? File, string? Detail);

/// <summary>Result of a session that ended a moment ago.</summary>
internal sealed record BoardSummary(
    string? Recorder, string? Officer, int Stored, int Staged, int Known, int Duplicate, int Skipped, int Failed, bool Early, int Missing, DateTimeOffset DetachedAt);

/// <summary>A recorder was taken out too early.</summary>
internal sealed record BoardAlert(int Slot, int Missing, DateTimeOffset At);
