using Dapper;

namespace YaoAn.Catalog;

/// <summary>What became of an entry.</summary>
public enum EntryOutcome
{
    /// <summary>It counts.</summary>
    Applied,

    /// <summary>It changes what stood for a day, and waits for a second person.</summary>
    Waiting,

    /// <summary>There is no such sighting, officer or waiting change, or it was ended meanwhile; nothing was written.</summary>
    NotFound,

    /// <summary>Who asked for it can't confirm it.</summary>
    SamePerson,
}

/// <summary>SQL of what people resolve: the list of sightings without an officer, and changes that wait for a second person.</summary>
public sealed class AttributionTable(CatalogDatabase database)
{
    /// <summary>Longest reason.</summary>
    public const int LongestReason = 500;

    /// <summary>An attribution that stood for so long is changed by two persons.</summary>
    public static readonly TimeSpan AloneWithin = TimeSpan.FromHours(24);

    /// <summary>Sightings that nobody is named for, the latest first. Sidecars go with their recordings and aren't listed.</summary>
    /// <param name="reason">One of <see cref="Unattributed"/>; null for all.</param>
    /// <param name="most">At most so many.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<IReadOnlyList<UnattributedRow>> ListAsync(string? reason, int most, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<UnattributedRow>(new CommandDefinition(
            """
            select p.intake_id, p.clip_id, clip.display_name, p.recorder, coalesce(clip.corrected_from, clip.recorded_from, p.modified_at) as at,
              p.person, p.unattributed as reason, p.station, p.spooled_at,
              (select string_agg(distinct officer.name || ' ' || officer.number, '、')
                from recorder join allocation on allocation.recorder_id = recorder.recorder_id join officer on officer.officer_id = allocation.officer_id
                where lower(recorder.serial) = lower(p.recorder) and allocation.during && tstzrange(
                  coalesce(clip.corrected_from, clip.recorded_from, p.modified_at) - coalesce(clip.clock_within_ms * interval '1 millisecond', @unknown),
                  coalesce(clip.corrected_from, clip.recorded_from, p.modified_at) + coalesce(clip.clock_within_ms * interval '1 millisecond', @unknown), '[]')) as holders
            from provenance p join clip on clip.clip_id = p.clip_id
            where p.unattributed is not null and (@reason::text is null or p.unattributed = @reason)
              and not exists (select from provenance parent where parent.intake_id = p.sidecar_of)
            order by p.spooled_at desc, p.intake_id desc
            limit @most
            """,
            new { reason, most, unknown = ClockCorrection.Unknown },
            cancellationToken: ct))).AsList();
    }

    /// <summary>How many are on the list, by reason.</summary>
    public async Task<IReadOnlyDictionary<string, long>> CountsAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<(string Reason, long Count)>(new CommandDefinition(
            """
            select p.unattributed, count(*)
            from provenance p
            where p.unattributed is not null and not exists (select from provenance parent where parent.intake_id = p.sidecar_of)
            group by 1
            """,
            cancellationToken: ct))).ToDictionary(row => row.Reason, row => row.Count, StringComparer.Ordinal);
    }

    /// <summary>Changes that wait for a second person, the oldest first.</summary>
    public async Task<IReadOnlyList<WaitingAttribution>> WaitingAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<WaitingAttribution>(new CommandDefinition(
            """
            select attribution.attribution_id, p.clip_id, clip.display_name, before.name || ' ' || before.number as before,
              coalesce(after.name || ' ' || after.number, '') as after, attribution.reason, attribution.account, attribution.account_id, attribution.at
            from attribution
              join provenance p on p.intake_id = attribution.intake_id
              join clip on clip.clip_id = p.clip_id
              left join officer before on before.officer_id = p.officer_id
              left join officer after on after.officer_id = attribution.officer_id
            where attribution.state = 'waiting'
            order by attribution.at
            limit 200
            """,
            cancellationToken: ct))).AsList();
    }

    /// <summary>Names the officer of a sighting, with a reason.</summary>
    /// <param name="intake">Sighting.</param>
    /// <param name="officer">Staff number; null: nobody of the bureau.</param>
    /// <param name="reason">Why, 2 to <see cref="LongestReason"/> characters.</param>
    /// <param name="by">Who, when.</param>
    /// <param name="ct">Cancels.</param>
    public Task<EntryOutcome> EnterAsync(IntakeId intake, string? officer, string reason, ChangeBy by, CancellationToken ct) => database.InTransactionAsync(
        async transaction =>
        {
            var sighting = await transaction.Connection!.QuerySingleOrDefaultAsync<Sighting>(new CommandDefinition(
                """select officer_id, attributed_by, attributed_at from provenance where intake_id = @intake for update""",
                new { intake },
                transaction,
                cancellationToken: ct));
            var named = officer is null ? null : await OfficerTable.FindAsync(transaction, officer, ct);
            if (sighting is null || (officer is not null && named is null))
                return EntryOutcome.NotFound;
            var waits = sighting.AttributedBy is not null && sighting.AttributedAt is { } since && by.Now - since > AloneWithin;
            await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                """
                update attribution set state = 'refused', ended_at = @Now where intake_id = @intake and state = 'waiting';
                insert into attribution (attribution_id, intake_id, officer_id, reason, account_id, account, at, state, ended_at)
                values (@id, @intake, @OfficerId, @reason, @Account, @Name, @Now, @state, @ended)
                """,
                new
                {
                    id = Guid.CreateVersion7(by.Now),
                    intake,
                    named?.OfficerId,
                    reason,
                    by.Actor.Account,
                    by.Actor.Name,
                    by.Now,
                    state = waits ? "waiting" : "applied",
                    ended = waits ? (DateTimeOffset?)null : by.Now,
                },
                transaction,
                cancellationToken: ct));
            if (waits)
                return EntryOutcome.Waiting;
            await OwnerTable.EnterAsync(transaction, intake, named?.OfficerId, by, reason, ct);
            return EntryOutcome.Applied;
        },
        ct);

    /// <summary>A second person confirms a change, or refuses it.</summary>
    public Task<EntryOutcome> EndAsync(Guid attribution, bool confirms, ChangeBy by, CancellationToken ct) => database.InTransactionAsync(
        async transaction =>
        {
            var waiting = await transaction.Connection!.QuerySingleOrDefaultAsync<Waiting>(new CommandDefinition(
                """select intake_id, officer_id, reason, account_id from attribution where attribution_id = @attribution and state = 'waiting' for update""",
                new { attribution },
                transaction,
                cancellationToken: ct));
            if (waiting is null)
                return EntryOutcome.NotFound;
            if (waiting.AccountId == by.Actor.Account)
                return EntryOutcome.SamePerson;
            await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                """
                update attribution set state = @state, second_id = @Account, second = @Name, ended_at = @Now where attribution_id = @attribution
                """,
                new { attribution, state = confirms ? "applied" : "refused", by.Actor.Account, by.Actor.Name, by.Now },
                transaction,
                cancellationToken: ct));
            if (confirms)
                await OwnerTable.EnterAsync(transaction, waiting.IntakeId, waiting.OfficerId, by, waiting.Reason, ct);
            return EntryOutcome.Applied;
        },
        ct);

    private sealed record Sighting
    {
        public OfficerId? OfficerId { get; init; }

        public string? AttributedBy { get; init; }

        public DateTimeOffset? AttributedAt { get; init; }
    }

    private sealed record Waiting
    {
        public required IntakeId IntakeId { get; init; }

        public OfficerId? OfficerId { get; init; }

        public required string Reason { get; init; }

        public required AccountId AccountId { get; init; }
    }
}
