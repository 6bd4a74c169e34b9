using System.Globalization;
using Npgsql;

namespace YaoAn.Ingest;

/// <summary>Where an import's files are.</summary>
internal sealed record ImportCounts(
    int Total, int Spooled, int Stored, int Known, int Duplicate, int Skipped, int Failed, long TotalBytes, long DoneBytes, bool IsListed)
{
    /// <summary>Spooled and not stored yet.</summary>
    public int Waiting => Spooled - Stored - Known - Duplicate;

    /// <summary>Every file is behind the durable line, or known to have failed.</summary>
    public bool IsSpooled => IsListed && Spooled + Failed == Total;

    /// <summary>Every file is stored and read back, or known to have failed.</summary>
    public bool IsSettled => IsListed && Waiting == 0 && Spooled + Failed == Total;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"copied {Spooled}/{Total}, stored {Stored + Known + Duplicate}/{Total}");
}

/// <summary>Takes one imported session through 03 and 04 in this process; the service, where it runs, does the rest.</summary>
internal sealed class Import(DockSlot slot, IServiceProvider services)
{
    /// <summary>Registers and stores what is spooled. False where the database is away: the spool keeps everything.</summary>
    public async Task<bool> TryAdvanceAsync(RegisterService register, CancellationToken ct)
    {
        try
        {
            await register.ReplayAsync(ct);
            var journal = services.GetRequiredService<JournalTable>();
            var open = journal.Open().Where(intake => intake is { State: IntakeState.Registered, Clip: not null } && intake.Session == slot.Session?.Record.Session);
            foreach (var clip in open.Select(intake => intake.Clip!.Value).Distinct().ToList())
                await services.GetRequiredService<ClipPipeline>().AdvanceAsync(clip, ct);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    /// <summary>Counts as they are now.</summary>
    public ImportCounts Counts()
    {
        if (slot.Session is not { } session)
            return new ImportCounts(0, 0, 0, 0, 0, 0, 0, 0, 0, IsListed: false);
        lock (session.Gate)
        {
            var files = session.Files.Where(file => file.State != DockFileState.Skipped).ToList();
            var taken = files.Where(file => file.State == DockFileState.Taken).ToList();
            bool IsStored(DockFile file) => file.Intake!.State == IntakeState.Stored;
            return new ImportCounts(
                files.Count,
                taken.Count,
                taken.Count(file => IsStored(file) && !file.Known && !file.Intake!.Duplicate),
                taken.Count(file => IsStored(file) && file.Known),
                taken.Count(file => IsStored(file) && !file.Known && file.Intake!.Duplicate),
                session.Files.Count - files.Count,
                files.Count(file => file.State == DockFileState.Failed),
                files.Sum(file => file.Stat.SizeBytes),
                files.Sum(file => file.CopiedBytes),
                session.IsListed);
        }
    }
}
