using System.Globalization;
using Dapper;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>SQL of officers. Nobody is ever deleted; a change, the period in a unit and the custody event are one transaction.</summary>
public sealed class OfficerTable(CatalogDatabase database)
{
    /// <summary>Longest staff or certificate number, name, and position or region, in characters.</summary>
    public const int LongestNumber = 32, LongestName = 40, LongestWord = 60;

    /// <summary>Dates before this one are slips of the pen, and the end of the calendar is none in the database.</summary>
    internal const int FirstYear = 1950, LastYear = 2200;

    private const string Columns =
        """
        officer.officer_id, officer.number, officer.name, officer.certificate, unit.unit_id, unit.code as unit, unit.name as unit_name, place.unit_since,
        officer.position, officer.region, officer.since, officer.left_on, account.user_name as account, officer.version
        """;

    /// <summary>An officer with the unit of the last period.</summary>
    private const string Joined =
        """
        officer
          cross join lateral (
            select officer_unit.unit_id, lower(officer_unit.during) as unit_since
            from officer_unit where officer_unit.officer_id = officer.officer_id
            order by lower(officer_unit.during) desc limit 1) place
          join unit on unit.unit_id = place.unit_id
          left join account on account.account_id = officer.account_id
        """;

    private const string Matches =
        """
        (@Like::text is null or officer.name ilike @Like or officer.number ilike @Like or officer.certificate ilike @Like)
        and (@Unit::text is null
          or (@UnitOnly and lower(unit.code) = lower(@Unit))
          or (not @UnitOnly and unit.unit_id in (select unit_and_below(root.unit_id) from unit root where lower(root.code) = lower(@Unit))))
        and (@Reach::uuid[] is null or unit.unit_id = any(@Reach))
        and (@State::text is null or (@State = 'left') = coalesce(officer.left_on < @Today, false))
        """;

    /// <summary>One page, by staff number. <paramref name="after"/> goes on from a number, <paramref name="before"/> back from one.</summary>
    public async Task<KeyPage<OfficerRow>> ListAsync(OfficerFilter filter, string? after, string? before, int limit, DateOnly today, CancellationToken ct)
    {
        var (place, order) = (after, before) switch
        {
            (not null, _) => ("and lower(officer.number) > lower(@Key)", "asc"),
            (_, not null) => ("and lower(officer.number) < lower(@Key)", "desc"),
            _ => ("", "asc"),
        };
        var parameters = new { Like = Like.Part(filter.Text), filter.Unit, filter.UnitOnly, filter.Reach, filter.State, Today = today, Key = after ?? before, limit = limit + 1 };
        await using var connection = await database.OpenAsync(ct);
        var rows = (await connection.QueryAsync<OfficerRow>(new CommandDefinition(
            $"""
            select {Columns} from {Joined} where {Matches} {place} order by lower(officer.number) {order} limit @limit
            """,
            parameters,
            cancellationToken: ct))).AsList();
        var count = await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            $"""
            select count(*) from {Joined} where {Matches}
            """,
            parameters,
            cancellationToken: ct));
        return KeyPage<OfficerRow>.Of(rows, after, before, limit, count, row => row.Number);
    }

    /// <summary>An officer by staff number, or null.</summary>
    public async Task<OfficerRow?> FindAsync(string number, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await FindAsync(connection, null, number, ct);
    }

    /// <summary>An officer by staff number within a reader's reach (null for all), or null: whom one may not know of isn't there.</summary>
    public async Task<OfficerRow?> FindAsync(string number, Guid[]? reach, CancellationToken ct) =>
        await FindAsync(number, ct) is { } officer && (reach is null || reach.Contains(officer.UnitId.Value)) ? officer : null;

    /// <summary>The same within a transaction.</summary>
    public static Task<OfficerRow?> FindAsync(NpgsqlTransaction transaction, string number, CancellationToken ct) =>
        FindAsync(transaction.Connection!, transaction, number, ct);

    /// <summary>In which units an officer was when, the latest first.</summary>
    public async Task<IReadOnlyList<Membership>> MembershipsAsync(OfficerId officer, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<Membership>(new CommandDefinition(
            """
            select unit.code as unit, unit.name as unit_name, lower(officer_unit.during) as first_day, upper(officer_unit.during) - 1 as last_day
            from officer_unit join unit on unit.unit_id = officer_unit.unit_id
            where officer_unit.officer_id = @officer
            order by lower(officer_unit.during) desc
            """,
            new { officer },
            cancellationToken: ct))).AsList();
    }

    /// <summary>The unit in which an officer was on a day, or null: before the first, between two, or after the last.</summary>
    public async Task<UnitId?> UnitAtAsync(OfficerId officer, DateOnly day, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<UnitId?>(new CommandDefinition(
            """
            select unit_id from officer_unit where officer_id = @officer and during @> @day
            """,
            new { officer, day },
            cancellationToken: ct));
    }

    /// <summary>Creates or changes an officer by staff number.</summary>
    /// <param name="draft">What the officer is to be; all of it counts.</param>
    /// <param name="known">Version that the caller saw (0: not there yet); null saves in any case.</param>
    /// <param name="by">Who, when.</param>
    /// <param name="ct">Cancels.</param>
    public Task<SaveResult> SaveAsync(OfficerDraft draft, int? known, ChangeBy by, CancellationToken ct) =>
        Races.SaveAsync(database, transaction => SaveAsync(transaction, draft, known, by, ct), ct);

    /// <summary>The same in the caller's transaction. What two savers at once would break, the database refuses with an exception.</summary>
    public static async Task<SaveResult> SaveAsync(NpgsqlTransaction transaction, OfficerDraft draft, int? known, ChangeBy by, CancellationToken ct)
    {
        var before = await FindAsync(transaction, draft.Number?.Trim() ?? "", ct);
        if (before is not null)
            before = await LockAsync(transaction, before, ct);
        // A staff number is there once in the bureau: that it is taken can't be kept from who would enter it again.
        if (before is not null && !by.Reaches(before.UnitId))
            return SaveResult.Refused([new Fault("number", "number-elsewhere", before.Number)]);
        if (known is { } version && version != (before?.Version ?? 0))
            return SaveResult.Of(SaveOutcome.Stale, before?.Version ?? 0);
        var (wish, faults) = Clean(draft, before);
        var unit = wish.Unit is null ? null : await UnitTable.FindAsync(transaction, wish.Unit, by.Today, ct);
        var account = wish.Account is null ? null : await AccountAsync(transaction, wish.Account, ct);
        faults.AddRange(await AgainstAsync(transaction, wish, before, unit, account, by, ct));
        if (faults.Count > 0)
            return SaveResult.Refused(faults);
        wish = wish with { Unit = unit!.Code, Account = account?.UserName };
        if (before is not null && before.Draft() == wish with { MovedOn = null } && (wish.MovedOn is null || wish.MovedOn == before.UnitSince))
            return SaveResult.Of(SaveOutcome.Unchanged, before.Version);
        var id = before?.OfficerId ?? OfficerId.New(by.Now);
        var next = await WriteAsync(transaction, id, wish, account?.AccountId, by, ct);
        if (await OfficerPeriodTable.SettleAsync(transaction, id, unit.UnitId, wish, by.Today, ct) is { } fault)
            return SaveResult.Refused([fault]);
        var after = (await FindAsync(transaction, wish.Number!, ct))!;
        await CustodyTable.AppendAsync(
            transaction,
            by.Event(
                before is null ? CustodyKinds.OfficerCreated : CustodyKinds.OfficerChanged,
                $"officer/{id}",
                next,
                Facts(after),
                before is null ? null : Facts(before)),
            ct);
        return SaveResult.Of(before is null ? SaveOutcome.Created : SaveOutcome.Changed, next);
    }

    private static Task<OfficerRow?> FindAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, string number, CancellationToken ct) =>
        connection.QuerySingleOrDefaultAsync<OfficerRow>(new CommandDefinition(
            $"""
            select {Columns} from {Joined} where lower(officer.number) = lower(@number)
            """,
            new { number },
            transaction,
            cancellationToken: ct));

    /// <summary>Holds the row until the transaction ends, and reads it again: it may have changed while its lock was waited for.</summary>
    private static async Task<OfficerRow> LockAsync(NpgsqlTransaction transaction, OfficerRow row, CancellationToken ct)
    {
        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            select from officer where officer_id = @OfficerId for update
            """,
            new { row.OfficerId },
            transaction,
            cancellationToken: ct));
        return (await FindAsync(transaction, row.Number, ct))!;
    }

    private static Task<int> WriteAsync(NpgsqlTransaction transaction, OfficerId id, OfficerDraft wish, AccountId? account, ChangeBy by, CancellationToken ct) =>
        transaction.Connection!.ExecuteScalarAsync<int>(new CommandDefinition(
            """
            insert into officer (officer_id, number, name, certificate, position, region, since, left_on, account_id, changed_at)
            values (@id, @Number, @Name, @Certificate, @Position, @Region, @Since, @LeftOn, @account, @Now)
            on conflict (officer_id) do update set
              name = excluded.name, certificate = excluded.certificate, position = excluded.position, region = excluded.region, since = excluded.since,
              left_on = excluded.left_on, account_id = excluded.account_id, changed_at = excluded.changed_at, version = officer.version + 1
            returning version
            """,
            new { id, wish.Number, wish.Name, wish.Certificate, wish.Position, wish.Region, wish.Since, wish.LeftOn, account, by.Now },
            transaction,
            cancellationToken: ct));

    /// <summary>The draft as it would be kept, and what is wrong with it by itself.</summary>
    private static (OfficerDraft Wish, List<Fault> Faults) Clean(OfficerDraft draft, OfficerRow? before)
    {
        var check = new DraftCheck();
        var wish = draft with
        {
            Number = before?.Number ?? check.Key("number", draft.Number, LongestNumber),
            Name = check.Required("name", draft.Name, LongestName),
            Certificate = check.Optional("certificate", draft.Certificate, LongestNumber),
            Unit = check.Required("unit", draft.Unit, UnitTable.LongestCode),
            Position = check.Optional("position", draft.Position, LongestWord),
            Region = check.Optional("region", draft.Region, LongestWord),
            Account = check.Optional("account", draft.Account, LongestNumber),
        };
        foreach (var (field, day) in new[] { ("since", wish.Since), ("leftOn", wish.LeftOn), ("movedOn", wish.MovedOn) })
        {
            if (day is { Year: < FirstYear or > LastYear })
                check.Add(field, "date-out-of-range");
        }
        if (wish.LeftOn < wish.Since)
            check.Add("leftOn", "left-before-since");
        if (wish.MovedOn < wish.Since)
            check.Add("movedOn", "moved-before-since");
        return (wish, [.. check.Faults]);
    }

    /// <summary>What is wrong with a wish as things stand.</summary>
    private static async Task<IReadOnlyList<Fault>> AgainstAsync(
        NpgsqlTransaction transaction, OfficerDraft wish, OfficerRow? before, UnitRow? unit, AccountRow? account, ChangeBy by, CancellationToken ct)
    {
        var check = new DraftCheck();
        if (unit is null && wish.Unit is { Length: > 0 })
            check.Add("unit", "unknown-unit", wish.Unit);
        if (unit is not null && !by.Reaches(unit.UnitId))
            check.Add("unit", "unit-not-yours", unit.Name);
        if (unit?.ClosedOn is not null && wish.LeftOn is null)
            check.Add("unit", "unit-closed", unit.Name);
        if (wish.Account is not null && account is null)
            check.Add("account", "unknown-account", wish.Account);
        var others = await transaction.Connection!.QuerySingleAsync<(string? Certificate, string? Account)>(new CommandDefinition(
            """
            select
              (select name || ' ' || number from officer where lower(certificate) = lower(@Certificate) and officer_id is distinct from @self),
              (select name || ' ' || number from officer where account_id = @account and officer_id is distinct from @self)
            """,
            new { wish.Certificate, account = account?.AccountId, self = before?.OfficerId },
            transaction,
            cancellationToken: ct));
        if (others.Certificate is not null)
            check.Add("certificate", "certificate-taken", others.Certificate);
        if (others.Account is not null)
            check.Add("account", "account-taken", others.Account);
        return check.Faults;
    }

    private static Task<AccountRow?> AccountAsync(NpgsqlTransaction transaction, string userName, CancellationToken ct) =>
        transaction.Connection!.QuerySingleOrDefaultAsync<AccountRow>(new CommandDefinition(
            """
            select account_id, user_name from account where normalized_user_name = @name
            """,
            new { name = userName.ToUpperInvariant() },
            transaction,
            cancellationToken: ct));

    private static List<KeyValuePair<string, object?>> Facts(OfficerRow officer) =>
    [
        new("number", officer.Number),
        new("name", officer.Name),
        new("certificate", officer.Certificate),
        new("unit", officer.Unit),
        new("unitSince", Day(officer.UnitSince)),
        new("position", officer.Position),
        new("region", officer.Region),
        new("since", Day(officer.Since)),
        new("leftOn", Day(officer.LeftOn)),
        new("account", officer.Account),
    ];

    private static string? Day(DateOnly? day) => day?.ToString("O", CultureInfo.InvariantCulture);

    private sealed record AccountRow(AccountId AccountId, string UserName);
}
