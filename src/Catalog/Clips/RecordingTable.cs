using Dapper;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>SQL of recordings: which files are one, and what lies between them.</summary>
public sealed class RecordingTable(CatalogDatabase database)
{
    /// <summary>A file that begins later than this after the end of the one before it begins another recording.</summary>
    public static readonly TimeSpan LongestSeam = TimeSpan.FromSeconds(2);

    private const string Part = "clip.clip_id, clip.display_name, clip.recorded_from, clip.recorded_to, clip.sequence";

    private const string SameSeries =
        """
        clip.recorder = me.recorder and clip.kind = me.kind and clip.class is not distinct from me.class
        and clip.channel is not distinct from me.channel and clip.recording is not null
        """;

    /// <summary>The recording of a clip that the viewer was found to see; null where it has no period or is no recording.</summary>
    public async Task<Recording?> OfClipAsync(Viewer viewer, ClipId clip, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var parts = (await connection.QueryAsync<RecordingPart>(new CommandDefinition(
            $"""
            select {Part}
            from clip me join clip on clip.recording = me.recording
            where me.clip_id = @clip and {ClipTable.Visible}
            order by clip.recorded_from, clip.clip_id
            limit 1000
            """,
            new { clip, viewer.SeesAll, viewer.SeesSamples, viewer.Officer, viewer.Units },
            cancellationToken: ct))).AsList();
        if (parts.Count == 0)
            return null;
        var (from, to) = (parts[0].RecordedFrom, parts.Max(part => part.RecordedTo));
        var day = new { clip, viewer.SeesAll, viewer.SeesSamples, viewer.Officer, viewer.Units, from, to, Earliest = from.AddDays(-1), Latest = to.AddDays(1) };
        var before = await connection.QueryFirstOrDefaultAsync<RecordingPart>(new CommandDefinition(
            $"""
            select {Part}
            from clip me join clip on {SameSeries} and clip.recording <> me.recording
            where me.clip_id = @clip and {ClipTable.Visible} and clip.recorded_from < @from and clip.recorded_from >= @Earliest
            order by clip.recorded_from desc, clip.clip_id desc
            limit 1
            """,
            day,
            cancellationToken: ct));
        var after = await connection.QueryFirstOrDefaultAsync<RecordingPart>(new CommandDefinition(
            $"""
            select {Part}
            from clip me join clip on {SameSeries} and clip.recording <> me.recording
            where me.clip_id = @clip and {ClipTable.Visible} and clip.recorded_from > @to and clip.recorded_from <= @Latest
            order by clip.recorded_from, clip.clip_id
            limit 1
            """,
            day,
            cancellationToken: ct));
        var taken = await connection.QueryAsync<long>(new CommandDefinition(
            """
            select clip.sequence
            from clip me join clip on clip.recorder = me.recorder
            where me.clip_id = @clip and clip.sequence is not null and clip.recorded_from between @Earliest and @Latest
            """,
            day,
            cancellationToken: ct));
        return Recording.Of(parts, before, after, taken.ToHashSet());
    }

    /// <summary>
    /// Puts a clip whose period has become known into its recording, and joins the recordings that it connects. A recording bears the id of
    /// its first file, in whatever order its files come in. Runs in the transaction of the step, which holds the <see cref="RecorderLockTable"/>.
    /// </summary>
    internal static async Task JoinAsync(NpgsqlTransaction transaction, ClipId clip, CancellationToken ct)
    {
        var connection = transaction.Connection!;
        var recording = await connection.ExecuteScalarAsync<Guid?>(new CommandDefinition(
            $"""
            update clip set recording = coalesce(
              (select earlier.recording from
                (select clip.recording
                from clip me join clip on {SameSeries}
                where me.clip_id = @clip and (clip.recorded_from, clip.clip_id) < (me.recorded_from, me.clip_id)
                  and clip.recorded_from > me.recorded_from - interval '25 hours' and clip.recorded_to >= me.recorded_from - @Seam
                order by clip.recorded_from desc, clip.clip_id desc
                limit 1) earlier),
              clip_id)
            where clip_id = @clip and recorded_to is not null and kind in ('video', 'audio')
            returning recording
            """,
            new { clip, Seam = LongestSeam },
            transaction,
            cancellationToken: ct));
        if (recording is null)
            return;
        await connection.ExecuteAsync(new CommandDefinition(
            $"""
            update clip set recording = @recording
            where recording <> @recording and recording in
              (select clip.recording
              from clip me join clip on {SameSeries}
              where me.clip_id = @clip and clip.clip_id = clip.recording
                and (clip.recorded_from, clip.clip_id) > (me.recorded_from, me.clip_id) and clip.recorded_from <= me.recorded_to + @Seam)
            """,
            new { clip, recording, Seam = LongestSeam },
            transaction,
            cancellationToken: ct));
    }
}
