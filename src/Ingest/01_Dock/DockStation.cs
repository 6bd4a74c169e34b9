using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>One slot as it is now.</summary>
internal sealed class DockSlot(SlotSource source)
{
    public SlotSource Source => source;

    /// <summary>How long the present look at it has been taking.</summary>
    public SourceWatch Watch { get; } = new();

    /// <summary>The recorder that is in.</summary>
    public volatile DockSession? Session;

    /// <summary>The one that was in last, for the summary.</summary>
    public volatile DockSession? Last;

    /// <summary>Why the slot itself can't be read: code and detail.</summary>
    public volatile SlotFault? Fault;
}

/// <summary>Why a slot can't be read.</summary>
internal sealed record SlotFault(string Code, string Detail);

/// <summary>The slots of this station, and the lights of its board.</summary>
internal sealed class DockStation(IOptions<StationOptions> options, IOptions<DataOptions> data)
{
    /// <summary>In the order of their numbers.</summary>
    public IReadOnlyList<DockSlot> Slots { get; } = [.. SlotSource.All(options.Value, data.Value).Select(source => new DockSlot(source))];

    /// <summary>Intakes of the files that are in a slot now.</summary>
    public IReadOnlyList<LiveIntake> Docked()
    {
        var docked = new List<LiveIntake>();
        foreach (var session in Slots.Select(slot => slot.Session).OfType<DockSession>())
        {
            lock (session.Gate)
                docked.AddRange(session.Files.Select(file => file.Intake).OfType<LiveIntake>());
        }
        return docked;
    }

    /// <summary>Whether the database answered last.</summary>
    public volatile bool DatabaseUp = true;

    /// <summary>Whether the store worked last.</summary>
    public volatile bool StoreUp = true;

    /// <summary>Whether the store was found today to keep what it promised to keep; without it nothing is deleted on a recorder.</summary>
    public volatile bool LockProven;

    /// <summary>Why the media sandbox can't start; null while it can.</summary>
    public volatile string? SandboxFault;

    /// <summary>Whether the spool's disk is down to its reserve.</summary>
    public volatile bool SpoolLow;
}
