namespace YaoAn.Ingest;

/// <summary>
/// At start: every manifest in the spool is in the journal again, whatever a crash cut off, and the remains of interrupted copies are
/// gone. From here each intake goes on by the usual way.
/// </summary>
internal sealed partial class SpoolReplay(Spool spool, JournalTable journal, ILogger<SpoolReplay> logger)
{
    public void Run()
    {
        var interrupted = spool.DiscardInterrupted();
        var whole = 0;
        foreach (var manifest in spool.Manifests().ToList())
        {
            journal.WriteSpooled(manifest);
            // A crash between the last note in the journal and the release: its clip is stored.
            if (journal.Find(manifest.Intake) is { State: IntakeState.Stored })
                spool.Release(manifest.Intake);
            else
                whole++;
        }
        LogReplayed(logger, whole, interrupted);
    }

    [LoggerMessage(2010, LogLevel.Information, "Spool replayed: {Whole} whole intakes, {Interrupted} interrupted copies removed")]
    private static partial void LogReplayed(ILogger logger, int whole, int interrupted);
}
