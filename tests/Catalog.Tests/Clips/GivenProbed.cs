using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Clips;

/// <summary>Clips that went the way to <c>probed</c> through the tables themselves.</summary>
internal static class GivenProbed
{
    public static async Task<ClipId> ClipAsync(
        CatalogDatabase catalog, string? serial, DateTimeOffset from, TimeSpan length, string source = "name", ClipKind kind = ClipKind.Video,
        string? name = null, string? channel = null, long? sequence = null, string? person = null)
    {
        var manifest = Given.Manifest(serial: serial) with
        {
            Name = new NameFacts("p", null, person, null, null, from, name, sequence, channel),
        };
        var clip = (await new RegistrationTable(catalog).RegisterAsync(manifest, kind, Given.Now, default)).Clip;
        var clips = new ClipTable(catalog);
        await clips.MoveAsync(
            new StageMove { Clip = clip, From = ClipStage.Registered, To = ClipStage.Stored, StoredAt = Given.Now, Event = Given.Event(clip, $"stored/{clip}") }, default);
        await clips.MoveAsync(
            new StageMove
            {
                Clip = clip,
                From = ClipStage.Stored,
                To = ClipStage.Probed,
                Kind = kind,
                RecordedFrom = from,
                RecordedTo = from + length,
                RecordedSource = source,
                Event = Given.Event(clip, $"probed/{clip}", CustodyKinds.ClipProbed),
            },
            default);
        return clip;
    }
}
