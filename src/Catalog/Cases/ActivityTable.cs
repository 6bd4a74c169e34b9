using Dapper;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>SQL of activities. They are written with their case alone.</summary>
public sealed class ActivityTable(CatalogDatabase database)
{
    private const string Columns =
        """
        activity.activity_id, activity.case_id, activity.external_id, activity.step, activity.title, activity.items,
        array(select officer.number from unnest(activity.officers) with ordinality as o (id, place) join officer on officer.officer_id = o.id order by o.place) as officer_numbers,
        array(select officer.name from unnest(activity.officers) with ordinality as o (id, place) join officer on officer.officer_id = o.id order by o.place) as officer_names,
        activity.place, activity.latitude, activity.longitude, activity.begins, activity.ends, activity.planned, activity.withdrawn_at, activity.version
        """;

    /// <summary>Activities of a case in their order, the withdrawn ones too. The caller has found the case under its viewer.</summary>
    public async Task<IReadOnlyList<ActivityRow>> OfCaseAsync(CaseId id, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await OfCaseAsync(connection, null, id, ct);
    }

    /// <summary>The same within a transaction.</summary>
    public static Task<IReadOnlyList<ActivityRow>> OfCaseAsync(NpgsqlTransaction transaction, CaseId id, CancellationToken ct) =>
        OfCaseAsync(transaction.Connection!, transaction, id, ct);

    /// <summary>Writes an activity by its external id; its clips are due to be looked for.</summary>
    internal static Task<ActivityId> WriteAsync(NpgsqlTransaction transaction, CaseId caseId, ActivityDraft wish, Guid[] officers, DateTimeOffset now, CancellationToken ct) =>
        transaction.Connection!.ExecuteScalarAsync<ActivityId>(new CommandDefinition(
            """
            insert into activity (activity_id, case_id, external_id, step, title, items, officers, place, latitude, longitude, begins, ends, planned)
            values (@own, @caseId, @Id, @Step, @Title, @Items, @officers, @Place, @Latitude, @Longitude, @From, @Until, @Planned)
            on conflict (case_id, external_id) do update set
              step = excluded.step, title = excluded.title, items = excluded.items, officers = excluded.officers, place = excluded.place,
              latitude = excluded.latitude, longitude = excluded.longitude, begins = excluded.begins, ends = excluded.ends, planned = excluded.planned,
              withdrawn_at = null, suggested_at = null, version = activity.version + 1
            returning activity_id
            """,
            new
            {
                own = ActivityId.New(now),
                caseId,
                wish.Id,
                wish.Step,
                wish.Title,
                Items = wish.Items.ToArray(),
                officers,
                wish.Place,
                wish.Latitude,
                wish.Longitude,
                wish.From,
                wish.Until,
                wish.Planned,
            },
            transaction,
            cancellationToken: ct));

    /// <summary>Takes an activity out of its case: away where nothing was ever linked to it or waived for it, else it ends.</summary>
    internal static async Task WithdrawAsync(NpgsqlTransaction transaction, ActivityId activity, DateTimeOffset now, CancellationToken ct)
    {
        // Who links a clip to it at the same time holds its row by the foreign key, so this waits and then finds the link.
        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            select from activity where activity_id = @activity for update
            """,
            new { activity },
            transaction,
            cancellationToken: ct));
        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            update activity set withdrawn_at = @now, version = version + 1 where activity_id = @activity;
            delete from activity where activity_id = @activity
              and not exists (select from link where link.activity_id = activity.activity_id)
              and not exists (select from waiver where waiver.activity_id = activity.activity_id)
            """,
            new { activity, now },
            transaction,
            cancellationToken: ct));
    }

    private static async Task<IReadOnlyList<ActivityRow>> OfCaseAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, CaseId id, CancellationToken ct) =>
        (await connection.QueryAsync<ActivityRow>(new CommandDefinition(
            $"""
            select {Columns} from activity where activity.case_id = @id order by activity.begins, activity.activity_id
            """,
            new { id },
            transaction,
            cancellationToken: ct))).AsList();
}
