using System.Security.Cryptography;
using Npgsql;
using NpgsqlTypes;
using YaoAn.Catalog;

namespace YaoAn.Tests.Support;

/// <summary>Writes a generated month into the catalog, bit by bit as it would come in. As the owner: by COPY.</summary>
public sealed class MonthTable(CatalogDatabase owner)
{
    private static readonly DateTime s_made = new(2026, 8, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly HashSet<CaseId> _cases = [];

    /// <summary>What was there before: units, people, recorders, the ledger, and the policy that lets rules confirm.</summary>
    public async Task WriteBureauAsync(Month month)
    {
        await CopyAsync("unit (unit_id, code, name, kind, parent_id, changed_at)", month.Units.Index(), (row, unit) =>
        {
            row.Write(unit.Item.Value, NpgsqlDbType.Uuid);
            row.Write($"U{unit.Index:D3}", NpgsqlDbType.Text);
            row.Write($"单位 {unit.Index}", NpgsqlDbType.Text);
            row.Write(unit.Index == 0 ? "bureau" : "squad", NpgsqlDbType.Text);
            Write(row, unit.Index == 0 ? null : month.Units[0].Value, NpgsqlDbType.Uuid);
            row.Write(s_made, NpgsqlDbType.TimestampTz);
        });
        await CopyAsync("unit_policy (unit_id, auto_confirm, changed_at)", month.Units.Take(1), (row, unit) =>
        {
            row.Write(unit.Value, NpgsqlDbType.Uuid);
            row.Write(true, NpgsqlDbType.Boolean);
            row.Write(s_made, NpgsqlDbType.TimestampTz);
        });
        await CopyAsync("officer (officer_id, number, name, changed_at)", month.Officers, (row, officer) =>
        {
            row.Write(officer.Id.Value, NpgsqlDbType.Uuid);
            row.Write(officer.Number, NpgsqlDbType.Text);
            row.Write($"人员 {officer.Number}", NpgsqlDbType.Text);
            row.Write(s_made, NpgsqlDbType.TimestampTz);
        });
        await CopyAsync("officer_unit (officer_id, unit_id, during)", month.Officers, (row, officer) =>
        {
            row.Write(officer.Id.Value, NpgsqlDbType.Uuid);
            row.Write(officer.Unit.Value, NpgsqlDbType.Uuid);
            row.Write(new NpgsqlRange<DateOnly>(new DateOnly(2026, 1, 1), true, false, default, false, true), NpgsqlDbType.DateRange);
        });
        await CopyAsync("recorder (recorder_id, serial, kind, unit_id, pool, state, changed_at)", month.Recorders, (row, recorder) =>
        {
            row.Write(recorder.Id.Value, NpgsqlDbType.Uuid);
            row.Write(recorder.Serial, NpgsqlDbType.Text);
            row.Write(recorder.Kind, NpgsqlDbType.Text);
            row.Write(recorder.Unit.Value, NpgsqlDbType.Uuid);
            row.Write(recorder.Pool, NpgsqlDbType.Boolean);
            row.Write("in-use", NpgsqlDbType.Text);
            row.Write(s_made, NpgsqlDbType.TimestampTz);
        });
        await CopyAsync("allocation (allocation_id, recorder_id, officer_id, during, issued_by)", month.Recorders.Where(recorder => recorder.Holder is not null), (row, recorder) =>
        {
            row.Write(recorder.Id.Value, NpgsqlDbType.Uuid);
            row.Write(recorder.Id.Value, NpgsqlDbType.Uuid);
            row.Write(recorder.Holder!.Id.Value, NpgsqlDbType.Uuid);
            row.Write(new NpgsqlRange<DateTime>(s_made, true, false, default, false, true), NpgsqlDbType.TimestampTzRange);
            row.Write("test", NpgsqlDbType.Text);
        });
    }

    /// <summary>Activities are planned or entered, with their cases.</summary>
    public async Task WriteActivitiesAsync(IReadOnlyList<MonthActivity> activities, bool planned)
    {
        var checklist = await owner.ScalarAsync<Guid>("select checklist_id from checklist where state = 'published' order by number desc limit 1");
        await CopyAsync(
            "case_file (case_id, number, action, unit_id, opened_on, origin, checklist_id, changed_at)",
            activities.Select(activity => activity.Case).Where(one => _cases.Add(one.Id)).ToList(),
            (row, one) =>
            {
                row.Write(one.Id.Value, NpgsqlDbType.Uuid);
                row.Write(one.Number, NpgsqlDbType.Text);
                row.Write(one.Action, NpgsqlDbType.Text);
                row.Write(one.Unit.Value, NpgsqlDbType.Uuid);
                row.Write(new DateOnly(2026, 9, 1), NpgsqlDbType.Date);
                row.Write("api", NpgsqlDbType.Text);
                row.Write(checklist, NpgsqlDbType.Uuid);
                row.Write(s_made, NpgsqlDbType.TimestampTz);
            });
        foreach (var activity in activities.Where(activity => !planned && activity.Plan is not null))
        {
            await owner.ExecuteAsync(
                "update activity set begins = $2, ends = $3, planned = false, suggested_at = null, version = version + 1 where activity_id = $1",
                activity.Id.Value,
                activity.Begins.UtcDateTime,
                activity.Ends.UtcDateTime);
        }
        await CopyAsync(
            "activity (activity_id, case_id, external_id, step, items, officers, latitude, longitude, begins, ends, planned)",
            activities.Where(activity => planned || activity.Plan is null),
            (row, activity) =>
            {
                row.Write(activity.Id.Value, NpgsqlDbType.Uuid);
                row.Write(activity.Case.Id.Value, NpgsqlDbType.Uuid);
                row.Write(activity.Id.ToString(), NpgsqlDbType.Text);
                row.Write(activity.Step, NpgsqlDbType.Text);
                row.Write(activity.Items.Select(item => item.Code!).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text);
                row.Write(activity.Entered.Select(officer => officer.Value).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Uuid);
                Write(row, activity.OnMap?.Latitude, NpgsqlDbType.Double);
                Write(row, activity.OnMap?.Longitude, NpgsqlDbType.Double);
                row.Write((planned ? activity.Plan!.Value.Begins : activity.Begins).UtcDateTime, NpgsqlDbType.TimestampTz);
                row.Write((planned ? activity.Plan!.Value.Ends : activity.Ends).UtcDateTime, NpgsqlDbType.TimestampTz);
                row.Write(planned, NpgsqlDbType.Boolean);
            });
    }

    /// <summary>Recorders were docked: their clips are registered, stored, probed and previewed, and it was asked whose they are.</summary>
    public async Task WriteSessionsAsync(IReadOnlyList<MonthSession> sessions, IReadOnlyList<MonthClip> clips)
    {
        await CopyAsync("dock_session (session_id, station, slot, source, recorder_key, recorder, recorder_by, attached_at, detached_at)", sessions, (row, session) =>
        {
            row.Write(session.Id.Value, NpgsqlDbType.Uuid);
            row.Write("station-1", NpgsqlDbType.Text);
            row.Write(1, NpgsqlDbType.Integer);
            row.Write("dock", NpgsqlDbType.Text);
            row.Write(session.Recorder.Serial, NpgsqlDbType.Text);
            row.Write(session.Recorder.Serial, NpgsqlDbType.Text);
            row.Write("binding", NpgsqlDbType.Text);
            row.Write(session.At.UtcDateTime, NpgsqlDbType.TimestampTz);
            row.Write(session.At.AddMinutes(10).UtcDateTime, NpgsqlDbType.TimestampTz);
        });
        await CopyAsync(
            """
            clip (clip_id, sha256, size_bytes, kind, stage, preview_state, sidecar, sample, station, recorder, display_name, received_at, recorded_from, recorded_to,
              recorded_source, sequence, recording, clock_offset_ms, clock_within_ms, clock_by, corrected_from, corrected_to)
            """,
            clips,
            WriteClip);
        await CopyAsync("media (clip_id, audio_codec, latitude, longitude, plays, tags, probed_at, tool)", clips, (row, clip) =>
        {
            row.Write(clip.Id.Value, NpgsqlDbType.Uuid);
            Write(row, clip is { Kind: ClipKind.Video, Sound: true } ? "aac" : null, NpgsqlDbType.Text);
            Write(row, clip.Place?.Latitude, NpgsqlDbType.Double);
            Write(row, clip.Place?.Longitude, NpgsqlDbType.Double);
            row.Write("original", NpgsqlDbType.Text);
            row.Write("{}", NpgsqlDbType.Jsonb);
            row.Write(clip.Session.At.UtcDateTime, NpgsqlDbType.TimestampTz);
            row.Write("test", NpgsqlDbType.Text);
        });
        await CopyAsync(
            """
            provenance (intake_id, clip_id, recorder_key, recorder, recorder_by, person, station, session_id, source, raw_path, display_path, size_bytes, modified_at,
              attached_at, spooled_at, manifest)
            """,
            clips,
            WriteSighting);
        await owner.InTransactionAsync(
            async transaction =>
            {
                await OwnerTable.OfSessionsAsync(transaction, [.. sessions.Select(session => session.Id)], CustodyActor.Station("station-1"), sessions[0].At, CancellationToken.None);
                return true;
            },
            CancellationToken.None);
    }

    /// <summary>The planner knows how much there is.</summary>
    public Task<int> AnalyzeAsync() => owner.ExecuteAsync("analyze clip, provenance, media, activity, case_file, link, recorder, allocation, dock_session, officer");

    /// <summary>All links: what rules confirmed, and what they suggest.</summary>
    public async Task<IReadOnlyList<MonthLink>> LinksAsync()
    {
        await using var connection = await owner.OpenAsync(CancellationToken.None);
        await using var command = new NpgsqlCommand("select clip_id, activity_id, item, rank, auto from link", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var links = new List<MonthLink>();
        while (await reader.ReadAsync())
            links.Add(new MonthLink(new ClipId(reader.GetGuid(0)), new ActivityId(reader.GetGuid(1)), reader.GetString(2), reader.GetInt16(3), reader.GetBoolean(4)));
        return links;
    }

    private static void WriteClip(NpgsqlBinaryImporter row, MonthClip clip)
    {
        var isPhoto = clip.Kind == ClipKind.Photo;
        var device = clip.Device.UtcDateTime;
        row.Write(clip.Id.Value, NpgsqlDbType.Uuid);
        row.Write(SHA256.HashData(clip.Id.Value.ToByteArray()), NpgsqlDbType.Bytea);
        row.Write(1L, NpgsqlDbType.Bigint);
        row.Write(clip.Kind.Word(), NpgsqlDbType.Text);
        row.Write("previewed", NpgsqlDbType.Text);
        row.Write("ready", NpgsqlDbType.Text);
        row.Write(false, NpgsqlDbType.Boolean);
        row.Write(false, NpgsqlDbType.Boolean);
        row.Write("station-1", NpgsqlDbType.Text);
        row.Write(clip.Recorder.Serial, NpgsqlDbType.Text);
        row.Write("clip", NpgsqlDbType.Text);
        row.Write(clip.Session.At.UtcDateTime, NpgsqlDbType.TimestampTz);
        row.Write(device, NpgsqlDbType.TimestampTz);
        Write(row, isPhoto ? null : device + (clip.To - clip.From), NpgsqlDbType.TimestampTz);
        row.Write("name", NpgsqlDbType.Text);
        Write(row, clip.Sequence, NpgsqlDbType.Bigint);
        Write(row, isPhoto ? null : clip.Recording.Value, NpgsqlDbType.Uuid);
        var isCompared = clip.Recorder.Compared;
        Write(row, isCompared ? (long)clip.Recorder.Drift.TotalMilliseconds : null, NpgsqlDbType.Bigint);
        Write(row, isCompared ? 2_000L : null, NpgsqlDbType.Bigint);
        Write(row, isCompared ? "gps" : null, NpgsqlDbType.Text);
        Write(row, isCompared ? device - clip.Recorder.Drift : null, NpgsqlDbType.TimestampTz);
        Write(row, isCompared && !isPhoto ? device - clip.Recorder.Drift + (clip.To - clip.From) : null, NpgsqlDbType.TimestampTz);
    }

    private static void WriteSighting(NpgsqlBinaryImporter row, MonthClip clip)
    {
        row.Write(clip.Id.Value, NpgsqlDbType.Uuid);
        row.Write(clip.Id.Value, NpgsqlDbType.Uuid);
        row.Write(clip.Recorder.Serial, NpgsqlDbType.Text);
        row.Write(clip.Recorder.Serial, NpgsqlDbType.Text);
        row.Write("binding", NpgsqlDbType.Text);
        Write(row, clip.Recorder.Person, NpgsqlDbType.Text);
        row.Write("station-1", NpgsqlDbType.Text);
        row.Write(clip.Session.Id.Value, NpgsqlDbType.Uuid);
        row.Write("dock", NpgsqlDbType.Text);
        row.Write(clip.Id.Value.ToByteArray(), NpgsqlDbType.Bytea);
        row.Write("clip", NpgsqlDbType.Text);
        row.Write(1L, NpgsqlDbType.Bigint);
        row.Write((clip.Device + (clip.To - clip.From)).UtcDateTime, NpgsqlDbType.TimestampTz);
        row.Write(clip.Session.At.UtcDateTime, NpgsqlDbType.TimestampTz);
        row.Write(clip.Session.At.UtcDateTime, NpgsqlDbType.TimestampTz);
        row.Write(new byte[] { 1 }, NpgsqlDbType.Bytea);
    }

    private async Task CopyAsync<T>(string into, IEnumerable<T> rows, Action<NpgsqlBinaryImporter, T> write)
    {
        await using var connection = await owner.OpenAsync(CancellationToken.None);
        await using var copy = await connection.BeginBinaryImportAsync($"copy {into} from stdin (format binary)");
        foreach (var row in rows)
        {
            await copy.StartRowAsync();
            write(copy, row);
        }
        await copy.CompleteAsync();
    }

    private static void Write(NpgsqlBinaryImporter row, object? value, NpgsqlDbType type)
    {
        if (value is null)
            row.WriteNull();
        else
            row.Write(value, type);
    }
}

/// <summary>A link that rules left.</summary>
public sealed record MonthLink(ClipId Clip, ActivityId Activity, string Item, int Rank, bool Auto);
