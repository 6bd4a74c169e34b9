namespace YaoAn.Tests.Station;

/// <summary>The station's board as its JSON says; types of the tests' own, so that a change of the JSON is noticed.</summary>
public sealed record BoardState(string Station, string Title, DateTimeOffset At, BoardLamps Lights, IReadOnlyList<SlotState> Slots)
{
    public SlotState Slot(int number) => Slots.Single(slot => slot.Slot == number);
}

public sealed record BoardLamps(string Database, string Store);

public sealed record SlotState(
    int Slot, string State, string Phase, bool MayTake, string? Recorder, string? RecorderBy, Guid? SessionId,
    FileCounts Files, ByteCounts Bytes, IReadOnlyList<SkippedName> Skips, SlotCause? Cause, ReleasedFiles? Released = null);

public sealed record ReleasedFiles(int Gone, int Open, DateTimeOffset? LastAt);

public sealed record FileCounts(int Listed, int Copied, int Stored, int Known, int Duplicate, int Skipped, int Failed);

public sealed record ByteCounts(long Listed, long Copied, long Stored);

public sealed record SkippedName(string Name, string Reason);

public sealed record SlotCause(string Code, string? File);
