using Dapper;

namespace YaoAn.Catalog;

/// <summary>SQL of what 05 found in clips. Facts may be rewritten by a better reading; they are no evidence and move no stage.</summary>
public sealed class MediaTable(CatalogDatabase database)
{
    /// <summary>Writes the facts in place of older ones and tells listeners.</summary>
    public Task WriteAsync(MediaRow media, CancellationToken ct) => database.InTransactionAsync(
        async transaction =>
        {
            await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                """
                insert into media (clip_id, container, duration_ms, video_codec, pixel_format, width, height, rotation, frame_rate,
                  audio_codec, audio_channels, audio_rate_hz, bit_rate, plays, created_at, latitude, longitude, place_source, make, model,
                  telemetry, tags, probed_at, tool)
                values (@ClipId, @Container, @DurationMs, @VideoCodec, @PixelFormat, @Width, @Height, @Rotation, @FrameRate,
                  @AudioCodec, @AudioChannels, @AudioRateHz, @BitRate, @Plays, @CreatedAt, @Latitude, @Longitude, @PlaceSource, @Make, @Model,
                  @Telemetry, @Tags::jsonb, @ProbedAt, @Tool)
                on conflict (clip_id) do update set
                  container = excluded.container, duration_ms = excluded.duration_ms, video_codec = excluded.video_codec,
                  pixel_format = excluded.pixel_format, width = excluded.width, height = excluded.height, rotation = excluded.rotation,
                  frame_rate = excluded.frame_rate, audio_codec = excluded.audio_codec, audio_channels = excluded.audio_channels,
                  audio_rate_hz = excluded.audio_rate_hz, bit_rate = excluded.bit_rate, plays = excluded.plays,
                  created_at = excluded.created_at, latitude = excluded.latitude, longitude = excluded.longitude,
                  place_source = excluded.place_source, make = excluded.make, model = excluded.model,
                  telemetry = excluded.telemetry, tags = excluded.tags, probed_at = excluded.probed_at, tool = excluded.tool
                """,
                media,
                transaction,
                cancellationToken: ct));
            await ClipTable.NotifyAsync(transaction, media.ClipId, ct);
            return true;
        },
        ct);

    /// <summary>The facts of a clip, or null before 05.</summary>
    public async Task<MediaRow?> FindAsync(ClipId clip, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<MediaRow>(new CommandDefinition(
            """
            select clip_id, container, duration_ms, video_codec, pixel_format, width, height, rotation, frame_rate, audio_codec, audio_channels,
              audio_rate_hz, bit_rate, plays, created_at, latitude, longitude, place_source, make, model, telemetry, tags,
              probed_at, tool
            from media
            where clip_id = @clip
            """,
            new { clip },
            cancellationToken: ct));
    }
}
