using Dapper;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>A model of recorders.</summary>
public sealed record RecorderModel
{
    /// <summary>Name, the natural key.</summary>
    public required string Name { get; init; }

    /// <summary>Maker.</summary>
    public string? Maker { get; init; }

    /// <summary>Id of the naming profile that its file names follow.</summary>
    public string? Profile { get; init; }

    /// <summary>Whether originals may be deleted on such a recorder once they are proven to be stored. Off unless somebody says so.</summary>
    public bool Releases { get; init; }

    /// <summary>Grows with each change; 0 for one that isn't there yet.</summary>
    public int Version { get; init; }

    /// <summary>Recorders of it.</summary>
    public long Recorders { get; init; }
}

/// <summary>SQL of models of recorders.</summary>
public sealed class RecorderModelTable(CatalogDatabase database)
{
    private const int LongestProfile = 40;

    /// <summary>All models by name.</summary>
    public async Task<IReadOnlyList<RecorderModel>> ListAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<RecorderModel>(new CommandDefinition(
            """
            select name, maker, profile, releases, version, (select count(*) from recorder where recorder.model_id = recorder_model.model_id) as recorders
            from recorder_model
            order by lower(name)
            """,
            cancellationToken: ct))).AsList();
    }

    /// <summary>Creates or changes a model by its name.</summary>
    public Task<SaveResult> SaveAsync(RecorderModel model, ChangeBy by, CancellationToken ct) => Races.SaveAsync(
        database,
        async transaction =>
        {
            var check = new DraftCheck();
            var wish = model with
            {
                Name = check.Required("name", model.Name, RecorderTable.LongestModel),
                Maker = check.Optional("maker", model.Maker, RecorderTable.LongestModel),
                Profile = check.Optional("profile", model.Profile, LongestProfile),
            };
            return check.IsGood ? await WriteAsync(transaction, wish, by, ct) : SaveResult.Refused(check.Faults);
        },
        ct);

    /// <summary>The model's name as it stands there; a new one is entered, with nothing else known of it.</summary>
    internal static async Task<string> EnsureAsync(NpgsqlTransaction transaction, string name, ChangeBy by, CancellationToken ct)
    {
        var known = await transaction.Connection!.QuerySingleOrDefaultAsync<string>(new CommandDefinition(
            """
            select name from recorder_model where lower(name) = lower(@name)
            """,
            new { name },
            transaction,
            cancellationToken: ct));
        if (known is not null)
            return known;
        await WriteAsync(transaction, new RecorderModel { Name = name }, by, ct);
        return name;
    }

    private static async Task<SaveResult> WriteAsync(NpgsqlTransaction transaction, RecorderModel wish, ChangeBy by, CancellationToken ct)
    {
        var written = await transaction.Connection!.QuerySingleOrDefaultAsync<WrittenRow>(new CommandDefinition(
            """
            insert into recorder_model (model_id, name, maker, profile, releases, changed_at)
            values (@id, @Name, @Maker, @Profile, @Releases, @Now)
            on conflict (lower(name)) do update set
              maker = excluded.maker, profile = excluded.profile, releases = excluded.releases, changed_at = excluded.changed_at,
              version = recorder_model.version + 1
            where (recorder_model.maker, recorder_model.profile, recorder_model.releases) is distinct from (excluded.maker, excluded.profile, excluded.releases)
            returning model_id, name, version
            """,
            new { id = Guid.CreateVersion7(by.Now), wish.Name, wish.Maker, wish.Profile, wish.Releases, by.Now },
            transaction,
            cancellationToken: ct));
        if (written is null)
            return SaveResult.Of(SaveOutcome.Unchanged, 0);
        await CustodyTable.AppendAsync(
            transaction,
            by.Event(
                CustodyKinds.RecorderModelSaved,
                $"recorder-model/{written.ModelId}",
                written.Version,
                [new("name", written.Name), new("maker", wish.Maker), new("profile", wish.Profile), new("releases", wish.Releases)],
                null),
            ct);
        return SaveResult.Of(written.Version == 1 ? SaveOutcome.Created : SaveOutcome.Changed, written.Version);
    }

    private sealed record WrittenRow(Guid ModelId, string Name, int Version);
}
