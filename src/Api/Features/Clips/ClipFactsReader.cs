using System.Security.Claims;
using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Reads a clip page's facts together.</summary>
internal sealed class ClipFactsReader(
    ClipTable clips, MediaTable media, RegistrationTable registrations, CustodyTable custody, VerificationTable verifications, DerivedTable derived,
    RecordingTable recordings, TrackTable tracks, ReleaseTable releases, ClipLinkingReader linking, IOptions<OverdueRules> rules)
{
    /// <summary>Null where there is no such clip, or none that this person may know of.</summary>
    public async Task<ClipFacts?> FindAsync(ClaimsPrincipal person, ClipId id, CancellationToken ct)
    {
        var viewer = person.Viewer();
        if (await clips.FindAsync(viewer, id, ct) is not { } clip)
            return null;
        // Side by side: a person waits for the slowest, not for the sum.
        var (facts, provenance, log, checks, made, recording, ways, links, gone) = (
            media.FindAsync(id, ct), registrations.ProvenanceAsync(id, ct), CustodyAsync(viewer, id, ct), verifications.OfClipAsync(id, ct), derived.OfClipAsync(id, ct),
            recordings.OfClipAsync(viewer, id, ct), tracks.OfClipAsync(id, ct), linking.ReadAsync(person, clip, ct),
            releases.OfClipAsync(id, ct));
        await Task.WhenAll(facts, provenance, log, checks, made, recording, ways, links, gone);
        return new ClipFacts
        {
            Clip = clip,
            Media = await facts,
            Provenance = await provenance,
            Custody = await log,
            Verifications = await checks,
            Derived = await made,
            Recording = await recording,
            Releases = await gone,
            Tracks = await ways,
            Linking = await links,
            LateBy = rules.Value.IsLate(clip) ? clip.HandedInAfter - rules.Value.HandInWithin : null,
            SeesFootage = viewer.SeesFootage,
            MayVerify = person.Has(Right.Verify),
        };
    }

    /// <summary>The custody log of a clip that the person was found to see.</summary>
    public async Task<CustodyLog> CustodyAsync(Viewer viewer, ClipId id, CancellationToken ct)
    {
        var (newest, count) = await custody.NewestOfClipAsync(viewer, id, CustodyLog.MostShown, ct);
        return new([.. newest.Select(CustodyEntry.Read)], count);
    }

    /// <summary>The neighbours of a clip in a list: the newer one and the older one.</summary>
    public async Task<(ClipId? Newer, ClipId? Older)> NeighboursAsync(ClaimsPrincipal person, LibraryQuery list, ClipRow clip, CancellationToken ct)
    {
        var viewer = person.Viewer();
        var here = new ClipCursor(list.ByReceived ? clip.ReceivedAt : clip.At, clip.ClipId);
        var pages = await Task.WhenAll(
            clips.ListAsync(viewer, list.Filter(), null, here, 1, ct), clips.ListAsync(viewer, list.Filter(), here, null, 1, ct));
        return (pages[0].Rows.Count > 0 ? pages[0].Rows[0].ClipId : null, pages[1].Rows.Count > 0 ? pages[1].Rows[0].ClipId : null);
    }
}
