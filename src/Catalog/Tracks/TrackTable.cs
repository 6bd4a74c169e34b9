using System.Text;
using Dapper;

namespace YaoAn.Catalog;

/// <summary>
/// SQL of tracks. A row belongs to the file it was read from; a recording has the tracks of itself and of its sidecars, whichever of
/// them arrived first. Facts may be rewritten by a better reading; they are no evidence and move no stage.
/// </summary>
public sealed class TrackTable(CatalogDatabase database)
{
    /// <summary>A file, and the recordings that it was seen beside.</summary>
    private const string FileAndItsRecordings =
        """
        select @file as clip_id
        union
        select parent.clip_id
        from provenance sidecar join provenance parent on parent.intake_id = sidecar.sidecar_of
        where sidecar.clip_id = @file
        """;

    /// <summary>Writes what was read from a file in place of an older reading, and tells listeners of it and of its recordings.</summary>
    public async Task WriteAsync(ClipId file, string source, IReadOnlyList<TrackPoint> points, int skipped, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(
            $"""
            with recording as ({FileAndItsRecordings}),
            written as (
              insert into track (clip_id, source, points, point_count, skipped, read_at)
              values (@file, @source, @Points::jsonb, @Count, @skipped, @now)
              on conflict (clip_id) do update set
                source = excluded.source, points = excluded.points, point_count = excluded.point_count, skipped = excluded.skipped,
                read_at = excluded.read_at
            )
            select pg_notify('clip_changed', clip_id::text) from recording
            """,
            new { file, source, Points = Encoding.UTF8.GetString(TrackPoints.ToJson(points)), points.Count, skipped, now },
            cancellationToken: ct));
    }

    /// <summary>
    /// Gives a file and its recordings the first point of their track as place, where they have none of their own, and tells listeners.
    /// Called after the track is committed, and again after facts of a recording are: whichever comes last sees both.
    /// </summary>
    public async Task SetPlacesAsync(ClipId file, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(
            $"""
            with recording as ({FileAndItsRecordings}),
            first_point as (
              select distinct on (recording.clip_id) recording.clip_id, (track.points -> 0 ->> 0)::double precision as latitude,
                (track.points -> 0 ->> 1)::double precision as longitude
              from recording
                join track on track.clip_id = recording.clip_id or track.clip_id in (
                  select sidecar.clip_id
                  from provenance parent join provenance sidecar on sidecar.sidecar_of = parent.intake_id
                  where parent.clip_id = recording.clip_id)
              order by recording.clip_id, track.clip_id <> recording.clip_id, track.point_count desc, track.clip_id
            ),
            placed as (
              update media set latitude = first_point.latitude, longitude = first_point.longitude, place_source = 'track'
              from first_point
              where media.clip_id = first_point.clip_id and (media.latitude is null or media.place_source = 'track')
                and (media.latitude, media.longitude) is distinct from (first_point.latitude, first_point.longitude)
              returning media.clip_id
            )
            select pg_notify('clip_changed', clip_id::text) from placed
            """,
            new { file },
            cancellationToken: ct));
    }

    /// <summary>A file and the recordings that it was seen beside.</summary>
    public async Task<IReadOnlyList<ClipId>> RecordingsAsync(ClipId file, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<ClipId>(new CommandDefinition(FileAndItsRecordings, new { file }, cancellationToken: ct))).AsList();
    }

    /// <summary>Tracks of a recording that the caller was found to see: its own first, then those of its sidecars, most points first.</summary>
    public async Task<IReadOnlyList<Track>> OfClipAsync(ClipId clip, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            """
            select track.clip_id as file, track.clip_id <> @clip as is_sidecar, file.display_name as file_name, track.source, track.points,
              track.skipped, track.read_at
            from track join clip file on file.clip_id = track.clip_id
            where track.clip_id = @clip or track.clip_id in (
              select sidecar.clip_id
              from provenance parent join provenance sidecar on sidecar.sidecar_of = parent.intake_id
              where parent.clip_id = @clip)
            order by track.clip_id <> @clip, track.point_count desc, track.clip_id
            """,
            new { clip },
            cancellationToken: ct));
        return [.. rows.Select(row => row.ToTrack())];
    }

    private sealed record Row
    {
        public ClipId File { get; init; }

        public bool IsSidecar { get; init; }

        public string FileName { get; init; } = "";

        public string Source { get; init; } = "";

        public string Points { get; init; } = "";

        public int Skipped { get; init; }

        public DateTimeOffset ReadAt { get; init; }

        public Track ToTrack() => new()
        {
            File = File,
            IsSidecar = IsSidecar,
            FileName = FileName,
            Source = Source,
            Points = TrackPoints.FromJson(Encoding.UTF8.GetBytes(Points)),
            Skipped = Skipped,
            ReadAt = ReadAt,
        };
    }
}
