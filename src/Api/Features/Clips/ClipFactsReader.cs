using System.Security.Claims;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Reads a clip page's facts together.</summary>
internal sealed class ClipFactsReader(
    ClipTable clips, MediaTable media, RegistrationTable registrations, CustodyTable custody, VerificationTable verifications, DerivedTable derived)
{
    /// <summary>Null where there is no such clip, or none that this person may know of.</summary>
    public async Task<ClipFacts?> FindAsync(ClaimsPrincipal person, ClipId id, CancellationToken ct)
    {
        var viewer = person.Viewer();
        if (await clips.FindAsync(viewer, id, ct) is not { } clip)
            return null;
        return new ClipFacts
        {
            Clip = clip,
            Media = await media.FindAsync(id, ct),
            Provenance = await registrations.ProvenanceAsync(id, ct),
            Custody = await CustodyAsync(id, ct),
            Verifications = await verifications.OfClipAsync(id, ct),
            Derived = await derived.OfClipAsync(id, ct),
            SeesFootage = viewer.SeesFootage,
            MayVerify = person.Has(Right.Verify),
        };
    }

    /// <summary>The custody log of a clip that the person was found to see.</summary>
    public async Task<CustodyLog> CustodyAsync(ClipId id, CancellationToken ct)
    {
        var (newest, count) = await custody.NewestOfClipAsync(id, CustodyLog.MostShown, ct);
        return new([.. newest.Select(CustodyEntry.Read)], count);
    }

    /// <summary>The neighbours of a clip in a list: the newer one and the older one.</summary>
    public async Task<(ClipId? Newer, ClipId? Older)> NeighboursAsync(ClaimsPrincipal person, LibraryQuery list, ClipRow clip, CancellationToken ct)
    {
        var viewer = person.Viewer();
        var here = new ClipCursor(list.ByReceived ? clip.ReceivedAt : clip.RecordedFrom ?? clip.ReceivedAt, clip.ClipId);
        var newer = await clips.ListAsync(viewer, list.Filter(), null, here, 1, ct);
        var older = await clips.ListAsync(viewer, list.Filter(), here, null, 1, ct);
        return (newer.Rows.Count > 0 ? newer.Rows[0].ClipId : null, older.Rows.Count > 0 ? older.Rows[0].ClipId : null);
    }
}
