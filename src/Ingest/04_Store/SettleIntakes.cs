using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// Ends the station's part in intakes whose clip is stored: the manifest of each goes beside the original (one for each sighting, none
/// overwritten), the journal remembers the file, and the spooled copy is released. The caller has seen the clip stored in the catalog.
/// </summary>
internal sealed class SettleIntakes(Spool spool, JournalTable journal, IntakeBook book, ObjectStores stores, IOptions<WorkOptions> work)
{
    public async Task RunAsync(ClipId clip, CancellationToken ct)
    {
        foreach (var intake in journal.OfClip(clip).Where(intake => intake.State != IntakeState.Stored))
        {
            try
            {
                if (spool.Holds(intake.Intake))
                    await PutManifestAsync(clip, intake.Intake, ct);
            }
            catch (IOException) when (!spool.Holds(intake.Intake))
            {
                // Somebody else settled it in between, and put the manifest before the spool let go.
            }
            book.Stored(intake.Intake);
            spool.Release(intake.Intake);
        }
    }

    /// <summary>Puts an intake's manifest beside its original, reads it back and locks it; one that is there already stays as it is.</summary>
    /// <exception cref="StoreUnavailableException">The store gave back something else, or nothing; the intake stays in the spool.</exception>
    public async Task PutManifestAsync(ClipId clip, IntakeId intake, CancellationToken ct)
    {
        var manifest = spool.ManifestOf(intake) with { Clip = clip };
        var (key, bytes) = (ObjectKey.Manifest(clip, intake), manifest.ToBytes());
        await stores.Originals.PutNewAsync(key, new ObjectSource.FromMemory(bytes), ct);
        using var back = new MemoryStream();
        await using (var stored = await stores.Originals.OpenReadAsync(key, 0, ct))
            await stored.CopyToAsync(back, ct);
        if (!back.ToArray().AsSpan().SequenceEqual(bytes))
            throw new StoreUnavailableException($"{key} was given back with other bytes than were put: check the store.");
        await stores.Originals.LockUntilAsync(key, manifest.Spooled.AddDays(work.Value.RetentionDays), ct);
    }
}
