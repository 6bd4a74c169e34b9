using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Where the bytes of an original are now: on the station until they are stored, in the store from then on.</summary>
internal sealed class OriginalBytes(SpoolClient spool, ClipTable clips, ObjectStores stores)
{
    /// <summary>Opens the bytes from <paramref name="offset"/>; at least <paramref name="length"/> of them follow.</summary>
    /// <exception cref="StationAwayException">They are on the station, which doesn't answer.</exception>
    /// <exception cref="StoreUnavailableException">They are in the store, which doesn't answer.</exception>
    /// <exception cref="ObjectMissingException">They are in neither.</exception>
    public async Task<Stream> OpenAsync(ClipRow clip, long offset, long length, CancellationToken ct)
    {
        if (clip.Stage == ClipStage.Registered)
        {
            if (await spool.OpenAsync(clip.ClipId, offset, length, ct) is { } spooled)
                return spooled;
            // The station lets go of a spooled file only when it is stored, so the stage has moved since it was read.
            var now = await clips.FindForWorkAsync(clip.ClipId, ct);
            if (now is not { Stage: not ClipStage.Registered })
                throw new ObjectMissingException(ObjectKey.Original(clip.ClipId));
        }
        return await stores.Originals.OpenReadAsync(ObjectKey.Original(clip.ClipId), offset, ct);
    }
}
