using Dapper;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>
/// Whose footage a sighting is: who had its recorder by the ledger at the time of the recording, within the error of the recorder's clock.
/// Nothing is guessed: where that is nobody or more than one, or the file's name has another officer's number, the reason stands in its place. A
/// sidecar belongs to whom its recording belongs. What a person entered stays.
/// </summary>
internal static class OwnerTable
{
    /// <summary>The days of units begin at midnight in UTC+8.</summary>
    private const string Day = "(at at time zone '+08')::date";

    /// <summary>Attributes all sightings of a clip, and of its sidecars, anew.</summary>
    public static Task OfClipAsync(NpgsqlTransaction transaction, ClipId clip, CustodyActor actor, DateTimeOffset now, CancellationToken ct) =>
        RunAsync(
            transaction,
            // One set of keys, no 'or': that reads the sightings of all clips, each time.
            """
            p.intake_id in (
              select intake_id from provenance where clip_id = @clip
              union all
              select child.intake_id from provenance seen join provenance child on child.sidecar_of = seen.intake_id where seen.clip_id = @clip)
            """,
            new { clip },
            actor,
            now,
            ct);

    /// <summary>Attributes what a recorder recorded since some time anew: the ledger changed.</summary>
    public static async Task OfRecorderAsync(
        NpgsqlTransaction transaction, string serial, DateTimeOffset since, CustodyActor actor, DateTimeOffset now, CancellationToken ct)
    {
        await RecorderLockTable.TakeAsync(transaction, serial, ct);
        await RunAsync(
            transaction,
            "lower(p.recorder) = lower(@serial) and coalesce(c.corrected_to, c.recorded_to, c.corrected_from, c.recorded_from, p.modified_at) >= @since",
            new { serial, since = since - ClockCorrection.Unknown },
            actor,
            now,
            ct);
    }

    /// <summary>Attributes what some sessions brought anew: their recorder turned out to be in two slots at once.</summary>
    public static Task OfSessionsAsync(NpgsqlTransaction transaction, IReadOnlyList<SessionId> sessions, CustodyActor actor, DateTimeOffset now, CancellationToken ct) =>
        RunAsync(transaction, "p.session_id = any(@sessions)", new { sessions = sessions.Select(session => session.Value).ToArray() }, actor, now, ct);

    /// <summary>Writes an officer that a person named; null: nobody of the bureau.</summary>
    public static async Task EnterAsync(NpgsqlTransaction transaction, IntakeId intake, OfficerId? officer, ChangeBy by, string reason, CancellationToken ct)
    {
        var changed = (await transaction.Connection!.QueryAsync<Changed>(new CommandDefinition(
            $"""
            with named as (
              select p.intake_id, coalesce(c.corrected_from, c.recorded_from, p.modified_at) as at
              from provenance p join clip c on c.clip_id = p.clip_id
              where p.intake_id = @intake or p.sidecar_of = @intake
            )
            update provenance set officer_id = @officer, attributed_by = 'entry', unattributed = null, attributed_at = @Now,
              unit_id = coalesce((select unit_id from officer_unit where officer_unit.officer_id = @officer and officer_unit.during @> {Day}), provenance.unit_id)
            from named join provenance was on was.intake_id = named.intake_id
            where named.intake_id = provenance.intake_id
            returning provenance.intake_id, provenance.clip_id, provenance.officer_id, provenance.attributed_by, provenance.unattributed, was.officer_id as before
            """,
            new { intake, officer, by.Now },
            transaction,
            cancellationToken: ct))).AsList();
        await TellAsync(transaction, changed, by.Actor, by.Now, reason, ct);
    }

    private static async Task RunAsync(
        NpgsqlTransaction transaction, string which, object parameters, CustodyActor actor, DateTimeOffset now, CancellationToken ct)
    {
        var all = new DynamicParameters(parameters);
        all.Add("now", now.UtcDateTime);
        all.Add("unknown", ClockCorrection.Unknown);
        var changed = (await transaction.Connection!.QueryAsync<Changed>(new CommandDefinition(
            $"""
            with sighting as (
              -- A sidecar goes by its recording, wherever that has been seen already.
              select p.intake_id, own.source, own.session_id, own.recorder, own.account_id, nullif(ltrim(own.person, '0'), '') as person,
                coalesce(c.corrected_from, c.recorded_from, own.modified_at) as at,
                coalesce(c.clock_within_ms * interval '1 millisecond', @unknown) as within
              from provenance p
                join provenance own on own.intake_id = coalesce((select parent.intake_id from provenance parent where parent.intake_id = p.sidecar_of), p.intake_id)
                join clip c on c.clip_id = own.clip_id
              where ({which}) and p.attributed_by is distinct from 'entry'
            ), looked as (
              select sighting.*, recorder.recorder_id, recorder.unit_id as recorder_unit, holder.officers, sender.officer_id as sender
              from sighting
                left join recorder on lower(recorder.serial) = lower(sighting.recorder)
                left join officer sender on sighting.source = 'browser' and sender.account_id = sighting.account_id
                left join lateral (
                  select array_agg(distinct allocation.officer_id) as officers
                  from allocation
                  where allocation.recorder_id = recorder.recorder_id
                    and allocation.during && tstzrange(sighting.at - sighting.within, sighting.at + sighting.within, '[]')) holder on true
            ), judged as materialized (
              -- Once: written into each place that asks for it, the reasons took ten times as long to plan as to run.
              select looked.*, case
                when source = 'browser' then case when sender is null then '{Unattributed.UploaderUnknown}' end
                when recorder is null then '{Unattributed.RecorderUnknown}'
                when exists (select from dock_session where dock_session.session_id = looked.session_id and dock_session.contested) then '{Unattributed.RecorderTwice}'
                when recorder_id is null then '{Unattributed.RecorderUnregistered}'
                when officers is null then '{Unattributed.NotIssued}'
                when cardinality(officers) > 1 then '{Unattributed.TimeUnsure}'
                when person is not null and exists (
                  select from officer
                  where officer.officer_id = officers[1] and regexp_replace(officer.number, '\D', '', 'g') <> ''
                    and ltrim(regexp_replace(officer.number, '\D', '', 'g'), '0') <> person) then '{Unattributed.NameContradicts}'
                end as unattributed
              from looked
            ), found as materialized (
              select judged.*, case when unattributed is null then coalesce(sender, officers[1]) end as officer_id,
                case when unattributed is null then case when source = 'browser' then 'uploader' else 'allocation' end end as attributed_by
              from judged
            ), placed as (
              select found.*, coalesce(
                (select officer_unit.unit_id from officer_unit where officer_unit.officer_id = found.officer_id and officer_unit.during @> {Day}),
                recorder_unit) as unit_id
              from found
            )
            update provenance set officer_id = placed.officer_id, unit_id = placed.unit_id, attributed_by = placed.attributed_by,
              unattributed = placed.unattributed, attributed_at = @now
            from placed join provenance was on was.intake_id = placed.intake_id
            where placed.intake_id = provenance.intake_id
              and (provenance.officer_id, provenance.unit_id, provenance.attributed_by, provenance.unattributed)
                is distinct from (placed.officer_id, placed.unit_id, placed.attributed_by, placed.unattributed)
            returning provenance.intake_id, provenance.clip_id, provenance.officer_id, provenance.attributed_by, provenance.unattributed,
              was.officer_id as before
            """,
            all,
            transaction,
            cancellationToken: ct))).AsList();
        await TellAsync(transaction, changed, actor, now, reason: null, ct);
    }

    /// <summary>Who may know of the clips follows, each officer leaves an event, and open pages are told.</summary>
    private static async Task TellAsync(
        NpgsqlTransaction transaction, IReadOnlyList<Changed> changed, CustodyActor actor, DateTimeOffset now, string? reason, CancellationToken ct)
    {
        if (changed.Count == 0)
            return;
        var clips = changed.Select(sighting => sighting.ClipId.Value).Distinct().ToArray();
        var officers = changed.Select(sighting => sighting.OfficerId?.Value).OfType<Guid>().Distinct().ToArray();
        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            update clip set
              officers = array(select distinct officer_id from provenance where provenance.clip_id = clip.clip_id and officer_id is not null order by 1),
              units = array(select distinct unit_id from provenance where provenance.clip_id = clip.clip_id and unit_id is not null order by 1)
            where clip_id = any(@clips)
            """,
            new { clips },
            transaction,
            cancellationToken: ct));
        var numbers = (await transaction.Connection!.QueryAsync<(Guid Id, string Number, string Name)>(new CommandDefinition(
            """select officer_id, number, name from officer where officer_id = any(@officers)""", new { officers }, transaction, cancellationToken: ct)))
            .ToDictionary(officer => officer.Id);
        // That nobody can be named is on a list; an event tells of officers who were, and who are not any more.
        foreach (var sighting in changed.Where(sighting => sighting.OfficerId != sighting.Before || sighting.AttributedBy == "entry"))
        {
            var id = EventId.New(now);
            (string? Number, string? Name) officer = sighting.OfficerId is { } named ? (numbers[named.Value].Number, numbers[named.Value].Name) : (null, null);
            await CustodyTable.AppendAsync(
                transaction,
                new CustodyEvent
                {
                    Id = id,
                    At = now,
                    Kind = CustodyKinds.ClipAttributed,
                    Actor = actor,
                    Clip = sighting.ClipId,
                    Once = $"attributed/{id}",
                    Facts =
                    [
                        new("intake", sighting.IntakeId), new("officer", officer.Number), new("officerName", officer.Name), new("by", sighting.AttributedBy),
                        new("unattributed", sighting.Unattributed), new("reason", reason),
                    ],
                },
                ct);
        }
        foreach (var clip in clips)
            await ClipTable.NotifyAsync(transaction, new ClipId(clip), ct);
    }

    private sealed record Changed
    {
        public required IntakeId IntakeId { get; init; }

        public required ClipId ClipId { get; init; }

        public OfficerId? OfficerId { get; init; }

        public string? AttributedBy { get; init; }

        public string? Unattributed { get; init; }

        public OfficerId? Before { get; init; }
    }
}
