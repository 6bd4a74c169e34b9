using System.Text.Json;
using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// Ends the station's part in intakes whose clip is stored: the manifest of each goes beside the original (one for each sighting, none
/// overwritten), the journal remembers the file, and the spooled copy is released. The caller has seen the clip stored in the catalog.
/// </summary>
internal sealed class SettleIntakes(Spool spool, JournalTable journal, IntakeBook book, ObjectStores stores, IOptions<WorkOptions> work, TimeProvider time)
{
    public async Task RunAsync(ClipId clip, CancellationToken ct)
    {
        foreach (var intake in journal.OfClip(clip).Where(intake => intake.State != IntakeState.Stored))
        {
            try
            {
                if (spool.Holds(intake.Intake))
                    await PutManifestAsync(clip, intake.Intake, read: null, ct);
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
    /// <param name="clip">Clip.</param>
    /// <param name="intake">Intake, whole in the spool.</param>
    /// <param name="read">What 04 has just read back of the original, which the manifest then tells; null for any other intake.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>The manifest as the store has it.</returns>
    /// <exception cref="StoreUnavailableException">The store gave back something else, or nothing; the intake stays in the spool.</exception>
    public async Task<IntakeManifest> PutManifestAsync(ClipId clip, IntakeId intake, FullRead? read, CancellationToken ct)
    {
        var manifest = spool.ManifestOf(intake) with { Clip = clip, Stored = read is null ? null : time.GetUtcNow(), Sm3 = read?.Sm3 };
        var key = ObjectKey.Manifest(clip, intake);
        // After a crash between here and the catalog it is there, with the time of that read-back.
        if (await PresentAsync(key, ct) is { } present && present.AsSpooled.ToBytes().AsSpan().SequenceEqual(manifest.AsSpooled.ToBytes()))
            manifest = present;
        else
            await PutAsync(key, manifest.ToBytes(), ct);
        await stores.Originals.LockUntilAsync(key, manifest.Spooled.AddDays(work.Value.RetentionDays), ct);
        return manifest;
    }

    private async Task<IntakeManifest?> PresentAsync(ObjectKey key, CancellationToken ct)
    {
        try
        {
            return IntakeManifest.FromBytes(await stores.Originals.ReadAllAsync(key, ct));
        }
        catch (Exception e) when (e is ObjectMissingException or JsonException)
        {
            return null;
        }
    }

    private async Task PutAsync(ObjectKey key, byte[] bytes, CancellationToken ct)
    {
        await stores.Originals.PutNewAsync(key, new ObjectSource.FromMemory(bytes), ct);
        if (!(await stores.Originals.ReadAllAsync(key, ct)).AsSpan().SequenceEqual(bytes))
            throw new StoreUnavailableException($"{key} was given back with other bytes than were put: check the store.");
    }
}
