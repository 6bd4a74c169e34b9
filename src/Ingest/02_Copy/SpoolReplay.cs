using System.Text.Json;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// At start: every manifest in the spool is in the journal again, whatever a crash cut off, and the remains of interrupted copies are
/// gone. From here each intake goes on by the usual way.
/// </summary>
internal sealed partial class SpoolReplay(Spool spool, JournalTable journal, TimeProvider time, ILogger<SpoolReplay> logger)
{
    public void Run()
    {
        var interrupted = Tidy();
        var whole = 0;
        foreach (var intake in spool.Whole())
        {
            try
            {
                journal.WriteSpooled(spool.ManifestOf(intake));
            }
            catch (JsonException e)
            {
                // One bad file must not stop the station; it stays where it is.
                LogUnreadable(logger, e, intake);
                continue;
            }
            // A crash between the last note in the journal and the release: its clip is stored.
            if (journal.Find(intake) is { State: IntakeState.Stored })
                spool.Release(intake);
            else
                whole++;
        }
        LogReplayed(logger, whole, interrupted);
    }

    /// <summary>
    /// Removes what is of no more use: remains of interrupted copies, and intakes that are stored and could not be let go then. Again now and then: an
    /// empty folder may be one whose part another process is about to make, so that a start soon after the crash leaves it.
    /// </summary>
    /// <returns>How many interrupted copies there were.</returns>
    public int Tidy()
    {
        foreach (var intake in spool.Whole())
        {
            if (journal.Find(intake) is { State: IntakeState.Stored })
                spool.Release(intake);
        }
        return spool.DiscardInterrupted(journal.Partials(time.GetUtcNow() - CopyFile.PartialFor).ToHashSet());
    }

    [LoggerMessage(2010, LogLevel.Information, "Spool replayed: {Whole} whole intakes, {Interrupted} interrupted copies removed")]
    private static partial void LogReplayed(ILogger logger, int whole, int interrupted);

    [LoggerMessage(2011, LogLevel.Error, "The intake.json of {Intake} can't be read: the file stays in the spool and does not reach the catalog")]
    private static partial void LogUnreadable(ILogger logger, Exception e, IntakeId intake);
}
