namespace YaoAn.Api;

/// <summary>Names that 06 gives the files it makes of a clip.</summary>
internal static class DerivedNames
{
    public const string Poster = "poster.jpg";

    public const string ScrubTrack = "thumbnails.vtt";

    public const string Waveform = "waveform.json";
}
