using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// Ends the station's part in intakes whose clip is stored: the manifest of each goes beside the original (one for each sighting, none
/// overwritten), the journal remembers the file, and the spooled copy is released. The caller has seen the clip stored in the catalog.
/// </summary>
internal sealed class SettleIntakes(Spool spool, JournalTable journal, IntakeBook book, ObjectStores stores)
{
    public async Task RunAsync(ClipId clip, CancellationToken ct)
    {
        foreach (var intake in journal.OfClip(clip).Where(intake => intake.State != IntakeState.Stored))
        {
            if (spool.Holds(intake.Intake))
                await PutManifestAsync(clip, intake.Intake, ct);
            book.Stored(intake.Intake);
            spool.Release(intake.Intake);
        }
    }

    /// <summary>Puts an intake's manifest beside its original; one that is there already stays as it is.</summary>
    public async Task PutManifestAsync(ClipId clip, IntakeId intake, CancellationToken ct)
    {
        var manifest = spool.ManifestOf(intake) with { Clip = clip };
        await stores.Originals.PutNewAsync(ObjectKey.Manifest(clip, intake), new ObjectSource.FromMemory(manifest.ToBytes()), ct);
    }
}
