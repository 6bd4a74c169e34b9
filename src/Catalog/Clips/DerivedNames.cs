namespace YaoAn.Catalog;

/// <summary>Names that 06 gives what it makes of a clip, and by which the pages ask for it.</summary>
public static class DerivedNames
{
    /// <summary>One picture of it.</summary>
    public const string Poster = "poster.jpg";

    /// <summary>Scrub thumbnails, all in one picture.</summary>
    public const string Sheet = "sprite.jpg";

    /// <summary>WebVTT that says which part of <see cref="Sheet"/> stands for which seconds.</summary>
    public const string ScrubTrack = "thumbnails.vtt";

    /// <summary>Peaks of its sound.</summary>
    public const string Waveform = "waveform.json";

    /// <summary>A film or sound that browsers play.</summary>
    public const string Preview = "preview.mp4";

    /// <summary>Where each segment of <see cref="Preview"/> lies; put last, so that it says that the preview is there.</summary>
    public const string PreviewIndex = "preview.json";
}
