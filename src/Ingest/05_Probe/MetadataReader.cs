using System.Text.Json;
using MetadataExtractor;
using MetadataExtractor.Formats.Exif;
using MetadataExtractor.Formats.FileType;
using MetadataExtractor.Formats.QuickTime;

namespace YaoAn.Ingest;

/// <summary>What a file's embedded metadata says.</summary>
internal sealed record EmbeddedMetadata(
    string? Type, DateTime? LocalTime, DateTimeOffset? Utc, double? Latitude, double? Longitude, string? Make, string? Model, int? Rotation,
    IReadOnlyDictionary<string, string> Tags);

/// <summary>
/// EXIF, GPS and QuickTime metadata by MetadataExtractor. The library parses hostile bytes, so it runs as a process of its own inside
/// the sandbox: this class starts it, and <see cref="Print"/> is what runs there.
/// </summary>
internal sealed class MetadataReader(Sandbox sandbox)
{
    private const int MaxTags = 400, MaxText = 500, MaxJsonBytes = 4 << 20;

    /// <returns>Null where there is no metadata, or it can't be read.</returns>
    /// <exception cref="SandboxUnavailableException">Nothing was read.</exception>
    public async Task<EmbeddedMetadata?> ReadAsync(string path, CancellationToken ct)
    {
        using var job = sandbox.Prepare(path, cpuSeconds: 30);
        using var output = new CappedBuffer(MaxJsonBytes);
        var result = await sandbox.RunAsync(job, "metadata", [Sandbox.Input], output.ReadAsync, ct);
        if (result.ExitCode != 0)
            return null;
        try
        {
            return JsonSerializer.Deserialize<EmbeddedMetadata>(output.ToText()) is { } read ? Clean(read) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Text as PostgreSQL can keep it: EXIF strings may hold NUL, which neither text nor jsonb takes.</summary>
    private static EmbeddedMetadata Clean(EmbeddedMetadata read) => read with
    {
        Make = Clean(read.Make),
        Model = Clean(read.Model),
        Tags = read.Tags.GroupBy(tag => Clean(tag.Key)!, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => Clean(group.First().Value)!, StringComparer.Ordinal),
    };

    private static string? Clean(string? text) => text?.Replace("\0", "", StringComparison.Ordinal);

    /// <summary>Inside the sandbox: reads a file and prints what it found as JSON.</summary>
    /// <returns>Exit code.</returns>
    public static int Print(string path)
    {
        try
        {
            var directories = ImageMetadataReader.ReadMetadata(path);
            Console.Out.Write(JsonSerializer.Serialize(FactsOf(directories)));
            return ExitCodes.Good;
        }
        catch (Exception e) when (e is ImageProcessingException or IOException or ArgumentException or OverflowException)
        {
            Console.Error.Write(e.Message);
            return ExitCodes.Finding;
        }
    }

    private static EmbeddedMetadata FactsOf(IReadOnlyList<MetadataExtractor.Directory> directories)
    {
        var exif = directories.OfType<ExifSubIfdDirectory>().FirstOrDefault();
        var main = directories.OfType<ExifIfd0Directory>().FirstOrDefault();
        var place = directories.OfType<GpsDirectory>().FirstOrDefault()?.GetGeoLocation();
        var movie = directories.OfType<QuickTimeMovieHeaderDirectory>().FirstOrDefault();
        DateTime? taken = exif is not null && exif.TryGetDateTime(ExifDirectoryBase.TagDateTimeOriginal, out var exifTime) ? exifTime : null;
        DateTimeOffset? created = movie is not null && movie.TryGetDateTime(QuickTimeMovieHeaderDirectory.TagCreated, out var movieTime) && movieTime.Year is >= 1990 and < 2200
            ? new DateTimeOffset(DateTime.SpecifyKind(movieTime, DateTimeKind.Utc))
            : null;
        return new EmbeddedMetadata(
            directories.OfType<FileTypeDirectory>().FirstOrDefault()?.GetString(FileTypeDirectory.TagDetectedFileTypeName)?.ToLowerInvariant(),
            taken is { Year: >= 1990 and < 2200 } ? DateTime.SpecifyKind(taken.Value, DateTimeKind.Unspecified) : null,
            created,
            place is { IsZero: false } ? place.Latitude : null,
            place is { IsZero: false } ? place.Longitude : null,
            main?.GetDescription(ExifDirectoryBase.TagMake)?.Trim(),
            main?.GetDescription(ExifDirectoryBase.TagModel)?.Trim(),
            main is not null && main.TryGetInt32(ExifDirectoryBase.TagOrientation, out var orientation) ? DegreesOf(orientation) : null,
            TagsOf(directories));
    }

    /// <summary>EXIF 2.32 §4.6.4: orientations 3, 6 and 8 are turns of 180°, 90° and 270° clockwise.</summary>
    private static int? DegreesOf(int orientation) => orientation switch { 1 => 0, 3 => 180, 6 => 90, 8 => 270, _ => null };

    private static Dictionary<string, string> TagsOf(IReadOnlyList<MetadataExtractor.Directory> directories)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var tag in directories.SelectMany(directory => directory.Tags).Where(tag => tag.HasName && tag.Description is { Length: > 0 }).Take(MaxTags))
            tags[$"{tag.DirectoryName}/{tag.Name}"] = tag.Description![..Math.Min(MaxText, tag.Description!.Length)];
        return tags;
    }
}
