using System.Globalization;
using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// 06: what is stored of a clip for those who look for it and at it, in one sandboxed ffmpeg run. Of what a browser plays from the original: poster,
/// scrub thumbnails and waveform, of key pictures only. Of everything else that can be decoded the same, and a preview that a browser plays. Of a
/// photo an upright poster. Derived files can be deleted and made again.
/// </summary>
internal sealed partial class PreviewClip(
    Sandbox sandbox,
    StoredFiles files,
    LivePreviews previews,
    DerivedFiles derived,
    ReadStationClock clock,
    ReadGpsClock gps,
    ClipTable clips,
    IOptions<StationOptions> station,
    TimeProvider time,
    ILogger<PreviewClip> logger)
{
    /// <summary>Still cameras have 48 to 108 million pixels.</summary>
    private const string MostPixelsOfPhoto = "120000000";

    private const string Jpeg = "image/jpeg", Sound = "sound.pcm";

    /// <summary>A container may name a length that its recording misses by a little.</summary>
    private static readonly TimeSpan s_missable = TimeSpan.FromSeconds(5);

    private static readonly string[] s_sound = ["-map", "0:a:0", "-ac", "1", "-ar", Waveform.RateHz.ToString(CultureInfo.InvariantCulture), "-f", "s16le"];

    /// <exception cref="PreviewFailedException">ffmpeg failed on this input.</exception>
    /// <exception cref="SandboxUnavailableException">Nothing was read.</exception>
    public async Task<PreviewedClip> RunAsync(ProbedClip clip, CancellationToken ct)
    {
        await gps.RunAsync(clip.Id, ct);
        var (made, length) = clip.Media switch
        {
            { Plays: "photo" } photo => ([await MakePosterAsync(clip, photo, ct)], null),
            { Plays: "original" } playable => await MakeFromOriginalAsync(clip, playable, ct),
            { Plays: "needs-preview" } other => await MakePreviewAsync(clip, other, ct),
            _ => ([], (TimeSpan?)null),
        };
        var state = clip.Media is null ? "none" : made.Count > 0 ? "ready" : "unsupported";
        var isShort = length is { } seen && clip.Media?.DurationMs is { } claimed && seen < (TimeSpan.FromMilliseconds(claimed) * 0.95) - s_missable;
        await MoveAsync(clip, state, isShort ? "preview-short" : null, made, ct);
        files.Forget(clip.Id);
        return new PreviewedClip(clip.Id, state);
    }

    /// <summary>Lets a clip go on without a preview after the last attempt: a person has to look at it.</summary>
    public async Task GiveUpAsync(ProbedClip clip, CancellationToken ct)
    {
        await MoveAsync(clip, "failed", "preview-failed", [], ct);
        files.Forget(clip.Id);
    }

    /// <returns>What was made, and how far the recording was seen.</returns>
    private async Task<(IReadOnlyList<DerivedRow> Made, TimeSpan? Length)> MakeFromOriginalAsync(ProbedClip clip, MediaRow media, CancellationToken ct)
    {
        var plan = Thumbnails.For(LengthOf(media));
        string[] arguments =
        [
            "-hide_banner", "-nostdin", "-loglevel", "error", .. Sandbox.InputLimits, "-max_pixels", "40000000", "-skip_frame", "nokey",
            "-i", Sandbox.Input,
            .. PictureArguments(media, plan),
            .. media.AudioCodec is null ? Array.Empty<string>() : [.. s_sound, "pipe:1"],
        ];
        await using var file = await files.OpenAsync(clip.Id, ct);
        using var job = sandbox.Prepare(file.Path, DecodingTime.Of(media.DurationMs, file.Path));
        var wave = new Waveform();
        var result = await sandbox.RunAsync(job, "ffmpeg", arguments, wave.ReadAsync, ct);
        if (result.ExitCode != 0)
            throw new PreviewFailedException($"ffmpeg ended with {result.ExitCode}: {result.Errors}");
        var pictures = await PutPicturesAsync(clip, media, plan, job, arguments, ct);
        // Key pictures may stand far apart, so that the last one says nothing of the end: only sound, which is decoded whole, does.
        return ([.. pictures, .. await PutWaveAsync(clip, wave, arguments, ct)], wave.Samples > 0 ? wave.Length : null);
    }

    private Task<(IReadOnlyList<DerivedRow> Made, TimeSpan? Length)> MakePreviewAsync(ProbedClip clip, MediaRow media, CancellationToken ct)
    {
        var plan = Thumbnails.For(LengthOf(media));
        string[] more =
        [
            .. PictureArguments(media, plan),
            .. media.AudioCodec is null ? Array.Empty<string>() : [.. s_sound, "/out/" + Sound],
        ];
        return previews.MakeAllAsync(clip.Id, more, UseAsync, ct);

        async Task<(IReadOnlyList<DerivedRow> Made, TimeSpan? Length)> UseAsync(PreviewShelf shelf, Sandbox.Job job)
        {
            var encoding = PreviewEncoding.For(media);
            var arguments = encoding.Arguments(0, more);
            var (init, segments) = await shelf.JoinAsync(job.Out(DerivedNames.Preview), ct);
            var whole = encoding.Segment * segments.Count;
            var index = new PreviewIndex(encoding.Segment.TotalSeconds, (LengthOf(media) > whole || media.DurationMs is null ? whole : LengthOf(media)).TotalSeconds, init, segments);
            var wave = new Waveform();
            if (media.AudioCodec is not null)
            {
                await using var sound = File.OpenRead(job.Out(Sound));
                await wave.ReadAsync(sound, ct);
            }
            var pictures = await PutPicturesAsync(clip, media, plan, job, arguments, ct);
            return (
                [
                    // The index last: it says that the preview is there.
                    await derived.PutFileAsync(clip, DerivedNames.Preview, "video/mp4", job.Out(DerivedNames.Preview), arguments, ct),
                    await derived.PutAsync(clip, DerivedNames.PreviewIndex, "application/json", index.ToJson(), arguments, ct),
                    .. pictures,
                    .. await PutWaveAsync(clip, wave, arguments, ct),
                ],
                whole);
        }
    }

    private static string[] PictureArguments(MediaRow media, Thumbnails plan) =>
        media.VideoCodec is null ? [] : [.. new FilmPictures(plan).Arguments(), .. ClockPictures.Arguments(media)];

    private async Task<IReadOnlyList<DerivedRow>> PutPicturesAsync(
        ProbedClip clip, MediaRow media, Thumbnails plan, Sandbox.Job job, string[] arguments, CancellationToken ct)
    {
        if (media.VideoCodec is null)
            return [];
        var made = await FilmPictures.MadeAsync(plan, job, ct);
        LogMade(logger, clip.Id, made.Count, plan.Count);
        await clock.RunAsync(clip, media, job, ct);
        return
        [
            await derived.PutAsync(clip, DerivedNames.Poster, Jpeg, await File.ReadAllBytesAsync(job.Out(DerivedNames.Poster), ct), arguments, ct),
            await derived.PutAsync(clip, DerivedNames.Sheet, Jpeg, await File.ReadAllBytesAsync(job.Out(DerivedNames.Sheet), ct), arguments, ct),
            await derived.PutAsync(clip, DerivedNames.ScrubTrack, "text/vtt", made.ToVtt(DerivedNames.Sheet, LengthOf(media)), arguments, ct),
        ];
    }

    private async Task<IReadOnlyList<DerivedRow>> PutWaveAsync(ProbedClip clip, Waveform wave, string[] arguments, CancellationToken ct) =>
        wave.Samples > 0 ? [await derived.PutAsync(clip, DerivedNames.Waveform, "application/json", wave.ToJson(), arguments, ct)] : [];

    private async Task<DerivedRow> MakePosterAsync(ProbedClip clip, MediaRow photo, CancellationToken ct)
    {
        var upright = photo.Rotation switch
        {
            90 => "transpose=clock,",
            180 => "hflip,vflip,",
            270 => "transpose=cclock,",
            _ => "",
        };
        string[] arguments =
        [
            "-hide_banner", "-nostdin", "-loglevel", "error", .. Sandbox.InputLimits, "-max_pixels", MostPixelsOfPhoto, "-noautorotate",
            "-i", Sandbox.Input,
            "-map", "0:v:0", "-frames:v", "1", "-vf", upright + "scale='min(640,iw)':-2", "-q:v", "4", "-map_metadata", "-1", "-f", "image2",
            "/out/" + DerivedNames.Poster,
        ];
        await using var file = await files.OpenAsync(clip.Id, ct);
        using var job = sandbox.Prepare(file.Path, cpuSeconds: 60);
        var result = await sandbox.RunAsync(job, "ffmpeg", arguments, readOutput: null, ct);
        return result.ExitCode == 0 && File.Exists(job.Out(DerivedNames.Poster))
            ? await derived.PutAsync(clip, DerivedNames.Poster, Jpeg, await File.ReadAllBytesAsync(job.Out(DerivedNames.Poster), ct), arguments, ct)
            : throw new PreviewFailedException($"ffmpeg ended with {result.ExitCode}: {result.Errors}");
    }

    private static TimeSpan LengthOf(MediaRow media) => TimeSpan.FromMilliseconds(media.DurationMs ?? 0);

    private Task<bool> MoveAsync(ProbedClip clip, string state, string? attention, IReadOnlyList<DerivedRow> made, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        return clips.MoveAsync(
            new StageMove
            {
                Clip = clip.Id,
                From = ClipStage.Probed,
                To = ClipStage.Previewed,
                PreviewState = state,
                Attention = attention,
                Event = new CustodyEvent
                {
                    Id = EventId.New(now),
                    At = now,
                    Kind = CustodyKinds.ClipPreviewed,
                    Actor = CustodyActor.Worker(station.Value.Name),
                    Clip = clip.Id,
                    Once = $"previewed/{clip.Id}",
                    Facts = [new("preview", state), new("attention", attention), .. made.Select(row => new KeyValuePair<string, object?>(row.Name, row.Sha256))],
                },
            },
            ct);
    }

    [LoggerMessage(6001, LogLevel.Information, "Preview: {Clip}, {Tiles} of {Planned} thumbnails")]
    private static partial void LogMade(ILogger logger, ClipId clip, int tiles, int planned);
}

/// <summary>ffmpeg failed on an input (culprit: the file). The original is safe.</summary>
internal sealed class PreviewFailedException(string message) : Exception(message);
