using System.Globalization;
using Dapper;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>SQL of cases as people read them: always under a <see cref="Viewer"/>, so that what somebody may not see isn't found either.</summary>
public sealed class CaseTable(CatalogDatabase database)
{
    /// <summary>What a viewer may know of; as with clips, what he has none of is no condition.</summary>
    internal const string Visible = "(@SeesAll or case_file.unit_id = any (@Units) or (@Officer::uuid is not null and case_file.seen_by @> array[@Officer]::uuid[]))";

    private const string Columns =
        """
        case_file.case_id, case_file.number, case_file.action, case_file.title, unit.code as unit, unit.name as unit_name,
        array(select officer.number from unnest(case_file.officers) with ordinality as o (id, place) join officer on officer.officer_id = o.id order by o.place) as officer_numbers,
        array(select officer.name from unnest(case_file.officers) with ordinality as o (id, place) join officer on officer.officer_id = o.id order by o.place) as officer_names,
        case_file.parties::text as parties_json, case_file.plates, case_file.opened_on, case_file.closed_on, case_file.state, case_file.origin,
        case_file.checklist_id, checklist.number as checklist, case_file.version, case_file.changed_at
        """;

    private const string Joined =
        """
        case_file join unit on unit.unit_id = case_file.unit_id join checklist on checklist.checklist_id = case_file.checklist_id
        """;

    private const string Matches =
        """
        (@Like::text is null or case_file.number ilike @Like or case_file.title ilike @Like
          or case_file.plates @> array[upper(@Text)] or case_file.parties @> jsonb_build_array(jsonb_build_object('name', @Text)))
        and (@Unit::text is null or case_file.unit_id in (select unit_and_below(root.unit_id) from unit root where lower(root.code) = lower(@Unit)))
        and (@ByOfficer::text is null or case_file.seen_by @> array(select officer_id from officer where lower(officer.number) = lower(@ByOfficer)))
        and (@ByOfficer::text is null or exists (select from officer where lower(officer.number) = lower(@ByOfficer)))
        and (@Action::text is null or case_file.action = @Action)
        and (cardinality(@States) = 0 or case_file.state = any (@States))
        and (@From::date is null or case_file.opened_on >= @From)
        and (@To::date is null or case_file.opened_on <= @To)
        """;

    private const int LookedAtOnce = 128;

    /// <summary>How far a list is counted: what lacks something takes a look at each case.</summary>
    public static long MostCounted(CaseFilter filter) => filter.Lacking ? 99 : 10_000;

    /// <summary>A case by its number, or null where there is none or the viewer may not know of it.</summary>
    public async Task<CaseRow?> FindAsync(Viewer viewer, string number, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await FindAsync(connection, null, viewer, number, ct);
    }

    /// <summary>The same within a transaction.</summary>
    public static Task<CaseRow?> FindAsync(NpgsqlTransaction transaction, Viewer viewer, string number, CancellationToken ct) =>
        FindAsync(transaction.Connection!, transaction, viewer, number, ct);

    /// <summary>A case by its id, under the same rule.</summary>
    public async Task<CaseRow?> FindAsync(Viewer viewer, CaseId id, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<CaseRow>(new CommandDefinition(
            $"""
            select {Columns} from {Joined} where case_file.case_id = @id and {Visible}
            """,
            new { id, viewer.SeesAll, viewer.Units, viewer.Officer },
            cancellationToken: ct));
    }

    /// <summary>One page, the latest opened first. <paramref name="after"/> goes to older ones, <paramref name="before"/> to newer ones.</summary>
    /// <returns>The count is exact to <see cref="MostCounted"/>; one more stands for more.</returns>
    public async Task<KeyPage<CaseRow>> ListAsync(Viewer viewer, CaseFilter filter, string? after, string? before, int limit, CancellationToken ct)
    {
        var from = ParseKey(after ?? before);
        var back = from is not null && after is null;
        var most = (int)MostCounted(filter) + 1;
        var parameters = Parameters(viewer, filter);
        await using var connection = await database.OpenAsync(ct);
        List<CaseRow> rows;
        long count;
        if (filter.Lacking)
        {
            var all = await LackingAsync(connection, parameters, null, back: false, Math.Max(limit + 1, most), ct);
            var shown = from is null ? all : await LackingAsync(connection, parameters, from, back, limit + 1, ct);
            rows = await RowsAsync(connection, "case_file.case_id = any (@Shown)", new DynamicParameters(new { Shown = shown.Take(limit + 1).ToArray() }), back, limit + 1, ct);
            count = Math.Min(all.Count, most);
        }
        else
        {
            rows = await RowsAsync(connection, $"{Visible} and {Matches} {Place(parameters, from, back)}", parameters, back, limit + 1, ct);
            parameters.Add("Most", most);
            count = await connection.ExecuteScalarAsync<long>(new CommandDefinition(
                $"""
                select count(*) from (select from case_file where {Visible} and {Matches} limit @Most) matching
                """,
                parameters,
                cancellationToken: ct));
        }
        return KeyPage<CaseRow>.Of(rows, from is null ? null : after, from is null ? null : before, limit, count, Key);
    }

    private static async Task<List<CaseRow>> RowsAsync(NpgsqlConnection connection, string where, DynamicParameters parameters, bool back, int limit, CancellationToken ct)
    {
        parameters.Add("Limit", limit);
        return (await connection.QueryAsync<CaseRow>(new CommandDefinition(
            $"""
            select {Columns} from {Joined} where {where} order by {Order(back)} limit @Limit
            """,
            parameters,
            cancellationToken: ct))).AsList();
    }

    /// <summary>
    /// Matching cases that lack something, in order from a place on. Coverage of hundreds at once costs a fraction of what it costs one by one; with the ids in hand the
    /// planner knows how many there are.
    /// </summary>
    private static async Task<List<Guid>> LackingAsync(
        NpgsqlConnection connection, DynamicParameters parameters, (DateOnly OpenedOn, CaseId Id)? from, bool back, int most, CancellationToken ct)
    {
        var lacking = new List<Guid>();
        while (lacking.Count < most)
        {
            parameters.Add("LookedAt", LookedAtOnce);
            var looked = (await connection.QueryAsync<(Guid Id, DateOnly OpenedOn)>(new CommandDefinition(
                $"""
                select case_file.case_id, case_file.opened_on from case_file
                where {Visible} and {Matches} {Place(parameters, from, back)}
                order by {Order(back)}
                limit @LookedAt
                """,
                parameters,
                cancellationToken: ct))).AsList();
            var lack = (await connection.QueryAsync<Guid>(new CommandDefinition(
                """
                select distinct case_id from coverage_steps(@cases) where lacking > 0
                """,
                new { cases = looked.Select(one => one.Id).ToArray() },
                cancellationToken: ct))).ToHashSet();
            lacking.AddRange(looked.Select(one => one.Id).Where(lack.Contains));
            if (looked.Count < LookedAtOnce)
                break;
            from = (looked[^1].OpenedOn, new CaseId(looked[^1].Id));
        }
        return lacking;
    }

    private static string Order(bool back) => back ? "case_file.opened_on, case_file.case_id" : "case_file.opened_on desc, case_file.case_id desc";

    private static string Place(DynamicParameters parameters, (DateOnly OpenedOn, CaseId Id)? from, bool back)
    {
        if (from is not { } place)
            return "";
        parameters.Add("OpenedOn", place.OpenedOn);
        parameters.Add("CaseId", place.Id.Value);
        return $"and (case_file.opened_on, case_file.case_id) {(back ? ">" : "<")} (@OpenedOn, @CaseId)";
    }

    /// <summary>Steps that a case has reached, in their order.</summary>
    public async Task<IReadOnlyList<CaseStepRow>> StepsAsync(CaseId id, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<CaseStepRow>(new CommandDefinition(
            """
            select step, reached_on from case_step where case_id = @id order by step_place(step)
            """,
            new { id },
            cancellationToken: ct))).AsList();
    }

    /// <summary>The case of this number, held until the transaction ends; null where there is none or the viewer may not know of it.</summary>
    internal static async Task<CaseRow?> LockAsync(NpgsqlTransaction transaction, Viewer? viewer, string number, CancellationToken ct)
    {
        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            select from case_file where lower(number) = lower(@number) for no key update
            """,
            new { number },
            transaction,
            cancellationToken: ct));
        return await FindAsync(transaction.Connection!, transaction, viewer, number, ct);
    }

    /// <summary>Without a viewer: whoever it belongs to.</summary>
    private static Task<CaseRow?> FindAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, Viewer? viewer, string number, CancellationToken ct) =>
        connection.QuerySingleOrDefaultAsync<CaseRow>(new CommandDefinition(
            $"""
            select {Columns} from {Joined} where lower(case_file.number) = lower(@number) and {Visible}
            """,
            new { number, SeesAll = viewer?.SeesAll ?? true, Units = viewer?.Units ?? [], viewer?.Officer },
            transaction,
            cancellationToken: ct));

    private static string Key(CaseRow row) => string.Create(CultureInfo.InvariantCulture, $"{row.OpenedOn:yyyyMMdd}_{row.CaseId}");

    private static (DateOnly OpenedOn, CaseId Id)? ParseKey(string? text)
    {
        var parts = (text ?? "").Split('_');
        return parts.Length == 2
            && DateOnly.TryParseExact(parts[0], "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && CaseId.TryParse(parts[1], null, out var id)
            ? (day, id)
            : null;
    }

    private static DynamicParameters Parameters(Viewer viewer, CaseFilter filter) => new(new
    {
        viewer.SeesAll,
        viewer.Units,
        viewer.Officer,
        filter.Text,
        Like = Like.Part(filter.Text),
        filter.Unit,
        ByOfficer = filter.Officer,
        filter.Action,
        States = filter.States.ToArray(),
        filter.From,
        filter.To,
    });
}
