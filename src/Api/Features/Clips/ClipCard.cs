using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>A clip in the library's grid.</summary>
/// <param name="Clip">What the catalog knows.</param>
/// <param name="Href">Its page, which keeps the list's conditions for 'previous' and 'next'.</param>
/// <param name="Poster">Address of its picture, where the person may see footage and there is one.</param>
/// <param name="Fresh">It came while the list was open.</param>
public sealed record ClipCard(ClipRow Clip, string Href, string? Poster, bool Fresh = false)
{
    /// <summary>Where it stands between taken in and linked.</summary>
    public Filing? Filing { get; init; }

    /// <summary>The person may choose it for what is done with many at once.</summary>
    public bool Chooses { get; init; }

    internal Badge? Linked => Filing is null ? null : Badges.Linked(Filing);

    /// <summary>Start of the recording, else when it was taken in.</summary>
    public DateTimeOffset At => Clip.At;

    internal Badge State => Badges.State(Clip);

    internal Badge Integrity => Badges.Integrity(Clip);

    public string Length => Clip.DurationMs is { } ms ? Amounts.Duration(TimeSpan.FromMilliseconds(ms)) : Amounts.Bytes(Clip.SizeBytes);
}
