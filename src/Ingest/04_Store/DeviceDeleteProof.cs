using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// The one thing that lets a file be deleted on a recorder: its clip is in the catalog, stored, locked as long as the catalog says, and its stored object was read
/// whole at least twice and gave the recorder's bytes, the last time just now and past all caches; and the intention to delete it is written down. Nothing else
/// than <see cref="Maker"/> can make one, and it soon is too old.
/// </summary>
internal sealed class DeviceDeleteProof
{
    /// <summary>So long it may be used.</summary>
    public static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(15);

    private DeviceDeleteProof(RecorderCopy copy, DateTimeOffset expires) => (Copy, Expires) = (copy, expires);

    /// <summary>The file that may go, as its sighting was written down.</summary>
    public RecorderCopy Copy { get; }

    /// <summary>From then on it proves nothing.</summary>
    public DateTimeOffset Expires { get; }

    /// <summary>Looks at all that a proof is made of.</summary>
    internal sealed class Maker(ObjectStores stores, ReleaseTable releases, VerificationTable verifications, TimeProvider time)
    {
        /// <summary>Gives a proof, or the reason why there is none, one of <see cref="ReleaseReasons"/>; neither where the catalog no longer agrees.</summary>
        /// <exception cref="StoreUnavailableException">The store can't be asked: nothing is proven.</exception>
        public async Task<(DeviceDeleteProof? Proof, string? Reason)> MakeAsync(RecorderCopy copy, ReleasePlace place, ChangeBy by, CancellationToken ct)
        {
            if (copy is not { MayGo: true, Reads: > 0, Sm3: { } sm3 })
                return default;
            if (await stores.Originals.StatAsync(ObjectKey.Original(copy.ClipId), ct) is not { } stored)
                return await FoundOutAsync(copy, ct);
            if (!IsKept(copy, stored))
                return (null, ReleaseReasons.NotLocked);
            FullRead read;
            try
            {
                read = await stores.Gate.ReadAsync(copy.ClipId, progress: null, ct);
            }
            catch (ObjectMissingException)
            {
                return await FoundOutAsync(copy, ct);
            }
            if (read != new FullRead(copy.SizeBytes, copy.Sha256, sm3) || stored.SizeBytes != copy.SizeBytes)
                return await FoundOutAsync(copy, ct);
            var expires = time.GetUtcNow() + GoodFor;
            return await releases.IntendAsync(copy, place, by, ct) ? (new DeviceDeleteProof(copy, expires), null) : default;
        }

        private bool IsKept(RecorderCopy copy, ObjectStat stored) =>
            stores.Originals.LockStrength == LockStrength.Advisory || (stored.LockedUntil is { } until && until >= copy.LockedUntil && until > time.GetUtcNow());

        /// <summary>09 reads it anew and turns the clip red: that isn't for this class to decide.</summary>
        private async Task<(DeviceDeleteProof? Proof, string? Reason)> FoundOutAsync(RecorderCopy copy, CancellationToken ct)
        {
            await verifications.RequestAsync(copy.ClipId, VerificationReasons.OnDemand, by: null, time.GetUtcNow(), ct);
            return (null, ReleaseReasons.StoreDiffers);
        }
    }
}
