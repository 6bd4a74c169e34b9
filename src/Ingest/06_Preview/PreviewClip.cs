using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// 06, first half: poster, scrub thumbnails and waveform of what a browser plays from the original, in one sandboxed ffmpeg run that
/// decodes key frames only; of a photo a poster, upright. Everything else goes on with a reason and good health. Derived files can be deleted and made again.
/// </summary>
internal sealed partial class PreviewClip(
    Sandbox sandbox,
    StoredFiles files,
    ObjectStores stores,
    ClipTable clips,
    DerivedTable derived,
    IOptions<StationOptions> station,
    TimeProvider time,
    ILogger<PreviewClip> logger)
{
    /// <summary>Still cameras have 48 to 108 million pixels.</summary>
    private const string MostPixelsOfPhoto = "120000000";

    private const string Poster = "poster.jpg", Sheet = "sprite.jpg", Vtt = "thumbnails.vtt", Wave = "waveform.json";

    /// <exception cref="PreviewFailedException">ffmpeg failed on this input.</exception>
    /// <exception cref="SandboxUnavailableException">Nothing was read.</exception>
    public async Task<PreviewedClip> RunAsync(ProbedClip clip, CancellationToken ct)
    {
        var state = clip.Media switch
        {
            null => "none",
            { Plays: "original", VideoCodec: not null } or { Plays: "photo" } => "ready",
            _ => "unsupported",
        };
        var made = clip.Media switch
        {
            { Plays: "photo" } photo => [await MakePosterAsync(clip, photo, ct)],
            { } film when state == "ready" => await MakeAsync(clip, film, ct),
            _ => [],
        };
        await MoveAsync(clip, state, attention: null, made, ct);
        return new PreviewedClip(clip.Id, state);
    }

    /// <summary>Lets a clip go on without a preview after the last attempt: a person has to look at it.</summary>
    public Task GiveUpAsync(ProbedClip clip, CancellationToken ct) => MoveAsync(clip, "failed", "preview-failed", [], ct);

    private async Task<IReadOnlyList<DerivedRow>> MakeAsync(ProbedClip clip, MediaRow media, CancellationToken ct)
    {
        var duration = TimeSpan.FromMilliseconds(media.DurationMs ?? 0);
        var thumbnails = Thumbnails.For(duration);
        var hasSound = media.AudioCodec is not null;
        string[] arguments = ArgumentsFor(thumbnails, hasSound);
        await using var file = await files.OpenAsync(clip.Id, ct);
        using var job = sandbox.Prepare(file.Path, cpuSeconds: (int)(duration.TotalSeconds * 4) + 60);
        var wave = new Waveform();
        var result = await sandbox.RunAsync(job, "ffmpeg", arguments, wave.ReadAsync, ct);
        if (result.ExitCode != 0 || !File.Exists(job.Out(Sheet)) || !File.Exists(job.Out(Poster)))
            throw new PreviewFailedException($"ffmpeg ended with {result.ExitCode}: {result.Errors}");
        var heard = (double)wave.Samples / Waveform.RateHz;
        LogMade(logger, clip.Id, thumbnails.Count, heard);
        var made = new List<DerivedRow>
        {
            await PutAsync(clip, Poster, "image/jpeg", await File.ReadAllBytesAsync(job.Out(Poster), ct), arguments, ct),
            await PutAsync(clip, Sheet, "image/jpeg", await File.ReadAllBytesAsync(job.Out(Sheet), ct), arguments, ct),
            await PutAsync(clip, Vtt, "text/vtt", thumbnails.ToVtt(Sheet, duration), arguments, ct),
        };
        if (hasSound && wave.Samples > 0)
            made.Add(await PutAsync(clip, Wave, "application/json", wave.ToJson(), arguments, ct));
        return made;
    }

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
            "-map", "0:v:0", "-frames:v", "1", "-vf", upright + "scale='min(640,iw)':-2", "-q:v", "4", "-map_metadata", "-1", "-f", "image2", "/out/" + Poster,
        ];
        await using var file = await files.OpenAsync(clip.Id, ct);
        using var job = sandbox.Prepare(file.Path, cpuSeconds: 60);
        var result = await sandbox.RunAsync(job, "ffmpeg", arguments, readOutput: null, ct);
        return result.ExitCode == 0 && File.Exists(job.Out(Poster))
            ? await PutAsync(clip, Poster, "image/jpeg", await File.ReadAllBytesAsync(job.Out(Poster), ct), arguments, ct)
            : throw new PreviewFailedException($"ffmpeg ended with {result.ExitCode}: {result.Errors}");
    }

    private static string[] ArgumentsFor(Thumbnails thumbnails, bool hasSound)
    {
        var fit = string.Create(
            CultureInfo.InvariantCulture,
            $"scale={Thumbnails.Width}:{Thumbnails.Height}:force_original_aspect_ratio=decrease,pad={Thumbnails.Width}:{Thumbnails.Height}:-1:-1");
        var sheet = string.Create(
            CultureInfo.InvariantCulture,
            $"fps=1/{thumbnails.IntervalSeconds:0.######}:start_time=0:round=up,{fit},tile={thumbnails.Columns}x{thumbnails.Rows}:nb_frames={thumbnails.Count}");
        return
        [
            "-hide_banner", "-nostdin", "-loglevel", "error", .. Sandbox.InputLimits, "-max_pixels", "40000000", "-skip_frame", "nokey",
            "-i", Sandbox.Input,
            "-map", "0:v:0", "-frames:v", "1", "-vf", "scale=640:-2", "-q:v", "4", "-map_metadata", "-1", "-f", "image2", "/out/" + Poster,
            "-map", "0:v:0", "-frames:v", "1", "-vf", sheet, "-q:v", "5", "-map_metadata", "-1", "-f", "image2", "/out/" + Sheet,
            .. hasSound ? (string[])["-map", "0:a:0", "-ac", "1", "-ar", "8000", "-f", "s16le", "pipe:1"] : [],
        ];
    }

    private async Task<DerivedRow> PutAsync(ProbedClip clip, string name, string contentType, byte[] bytes, string[] arguments, CancellationToken ct)
    {
        var key = ObjectKey.Derived(clip.Id, name);
        // Made anew: an older version of a derived file gives way. Originals never do.
        await stores.Derived.DeleteAsync(key, ct);
        await stores.Derived.PutNewAsync(key, new ObjectSource.FromMemory(bytes), ct);
        var row = new DerivedRow
        {
            ClipId = clip.Id,
            Name = name,
            ContentType = contentType,
            SizeBytes = bytes.Length,
            Sha256 = Sha256Digest.From(SHA256.HashData(bytes)),
            ParentSha256 = clip.Sha256,
            Tool = "ffmpeg",
            Arguments = string.Join(' ', arguments),
            MadeAt = time.GetUtcNow(),
        };
        await derived.WriteAsync(row, ct);
        return row;
    }

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

    [LoggerMessage(6001, LogLevel.Information, "Preview: {Clip}, {Tiles} tiles, {SoundSeconds} s of sound")]
    private static partial void LogMade(ILogger logger, ClipId clip, int tiles, double soundSeconds);
}

/// <summary>ffmpeg failed on an input (culprit: the file). The original is safe.</summary>
internal sealed class PreviewFailedException(string message) : Exception(message);
