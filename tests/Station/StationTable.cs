using Dapper;
using Npgsql;
using YaoAn.Tests.Support;

namespace YaoAn.Tests.Station;

/// <summary>A clip as the database has it.</summary>
public sealed record StoredRow
{
    public Guid ClipId { get; init; }

    public string Sha256 { get; init; } = "";

    public string? Sm3 { get; init; }

    public long SizeBytes { get; init; }

    public string Kind { get; init; } = "";

    public string Stage { get; init; } = "";

    public string Health { get; init; } = "";

    public string? HealthReason { get; init; }

    public string PreviewState { get; init; } = "";

    public string? Plays { get; init; }

    public bool Sidecar { get; init; }

    public bool Sample { get; init; }

    public string DisplayName { get; init; } = "";

    public int ReadBackMatches { get; init; }

    public int Sightings { get; init; }

    public bool IsStored => Stage != "registered" && Health != "damaged";
}

/// <summary>A file that was seen on a recorder, with how far its clip is.</summary>
public sealed record SightingRow
{
    public string DisplayPath { get; init; } = "";

    public string Sha256 { get; init; } = "";

    /// <summary>Path of the file that it is attached to.</summary>
    public string? Parent { get; init; }

    public string Stage { get; init; } = "";

    public string Health { get; init; } = "";

    public string? LastError { get; init; }
}

/// <summary>A file that was left out.</summary>
public sealed record SkippedRow(string DisplayPath, string Reason);

/// <summary>
/// A database of its own for one station, looked at past the programs: as the owner and not through the forwarder.
/// </summary>
public sealed class StationTable : IAsyncDisposable
{
    private readonly NpgsqlConnectionStringBuilder _server;
    private readonly NpgsqlDataSource _source;

    private readonly bool _isOwn;

    /// <summary>A database of its own, gone with this.</summary>
    public StationTable(string ownerConnectionString)
        : this(ownerConnectionString, "way_" + Guid.CreateVersion7().ToString("N")) => _isOwn = true;

    /// <summary>One that somebody else made, and keeps.</summary>
    public StationTable(string ownerConnectionString, string name)
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        _server = new NpgsqlConnectionStringBuilder(ownerConnectionString);
        Name = name;
        _source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(ownerConnectionString) { Database = Name, SearchPath = Schema, MaxPoolSize = 8 });
    }

    public const string Schema = "yaoan";

    /// <summary>Name of the database.</summary>
    public string Name { get; }

    public string Host => _server.Host!;

    public int Port => _server.Port;

    public async Task CreateAsync()
    {
        await using var connection = await ServerAsync();
        await connection.ExecuteAsync($"create database {Name}");
    }

    /// <summary>Loses everything that is in it.</summary>
    public async Task DropAsync()
    {
        _source.Clear();
        await using var connection = await ServerAsync();
        await Wait.UntilAsync("nobody is in the database any more", async () =>
        {
            try
            {
                await connection.ExecuteAsync($"drop database if exists {Name} with (force)");
                return true;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
            {
                // Sessions of the programs' role, which is another one, are ending.
                return false;
            }
        });
    }

    /// <summary>Changes rows as the owner: what a test begins with.</summary>
    public async Task<int> ExecuteAsync(string sql, object? parameters = null)
    {
        await using var connection = await _source.OpenConnectionAsync();
        return await connection.ExecuteAsync(sql, parameters, commandTimeout: 1800);
    }

    /// <summary>Gives an account another role in place of the one that it has.</summary>
    public async Task GiveRoleAsync(string account, string role)
    {
        if (await ExecuteAsync("update account_role set role = @role where account_id = (select account_id from account where user_name = @account)", new { account, role }) != 1)
            throw new InvalidOperationException($"There is no account {account} with one role.");
    }

    public async Task<IReadOnlyList<StoredRow>> ClipsAsync()
    {
        await using var connection = await _source.OpenConnectionAsync();
        return (await connection.QueryAsync<StoredRow>("""
            select c.clip_id, encode(c.sha256, 'hex') as sha256, encode(c.sm3, 'hex') as sm3, c.size_bytes, c.kind, c.stage, c.health, c.health_reason,
                   c.preview_state, m.plays, c.sidecar, c.sample, c.display_name,
                   (select count(*)::int from verification v where v.clip_id = c.clip_id and v.reason = 'read-back' and v.result = 'match') as read_back_matches,
                   (select count(*)::int from provenance p where p.clip_id = c.clip_id) as sightings
            from clip c left join media m using (clip_id)
            order by c.received_at, c.clip_id
            """)).AsList();
    }

    /// <summary>Whose footage each sighting is, or why nobody can say; with what told the recorder's serial.</summary>
    public async Task<IReadOnlyList<(string Recorder, string? KnownBy, string? Officer, string? Unattributed)>> OwnersAsync()
    {
        await using var connection = await _source.OpenConnectionAsync();
        return (await connection.QueryAsync<(string, string?, string?, string?)>("""
            select provenance.recorder, dock_session.recorder_by, officer.number, provenance.unattributed
            from provenance join dock_session using (session_id) left join officer using (officer_id)
            order by provenance.recorder
            """)).AsList();
    }

    /// <summary>Arguments of the program that made a clip's preview.</summary>
    public async Task<string> PreviewArgumentsAsync(Guid clip)
    {
        await using var connection = await _source.OpenConnectionAsync();
        return await connection.QuerySingleAsync<string>("select arguments from derived where clip_id = @clip and name = 'preview.mp4'", new { clip });
    }

    /// <summary>How many of these bytes are stored, read back and sound.</summary>
    public async Task<int> SoundAsync(IReadOnlyCollection<byte[]> digests)
    {
        await using var connection = await _source.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<int>("""
            select count(*)::int from clip where sha256 = any(@digests) and stage <> 'registered' and health <> 'damaged'
            """, new { digests = digests.ToArray() });
    }

    /// <summary>How many files of each session are stored, read back and sound.</summary>
    public async Task<IReadOnlyDictionary<Guid, int>> StoredBySessionAsync()
    {
        await using var connection = await _source.OpenConnectionAsync();
        return (await connection.QueryAsync<(Guid Session, int Files)>("""
            select session_id, count(*)::int from provenance join clip using (clip_id)
            where stage <> 'registered' and health <> 'damaged' group by session_id
            """)).ToDictionary(row => row.Session, row => row.Files);
    }

    public Task<int> ProvenanceAsync() => CountAsync("select count(*)::int from provenance");

    public Task<int> SessionsAsync() => CountAsync("select count(*)::int from dock_session");

    public Task<int> AccountsAsync() => CountAsync("select count(*)::int from account");

    /// <summary>Events of a kind: how many there are, and of how many clips.</summary>
    public async Task<(int Events, int Clips)> EventsAsync(string kind)
    {
        await using var connection = await _source.OpenConnectionAsync();
        return await connection.QuerySingleAsync<(int, int)>("""
            select count(*)::int, count(distinct clip_id)::int from custody_event where kind = @kind
            """, new { kind });
    }

    public async Task<IReadOnlyList<SkippedRow>> SkippedAsync()
    {
        await using var connection = await _source.OpenConnectionAsync();
        return (await connection.QueryAsync<SkippedRow>("select display_path, reason from skipped_file order by display_path")).AsList();
    }

    /// <summary>Sessions of a source: who sent files in each, whether it ended, and how many files it missed.</summary>
    public async Task<IReadOnlyList<(string? Account, bool IsEnded, int Missing)>> SessionsAsync(string source)
    {
        await using var connection = await _source.OpenConnectionAsync();
        return (await connection.QueryAsync<(string?, bool, int)>("""
            select account, detached_at is not null, missing from dock_session where source = @source order by attached_at
            """, new { source })).AsList();
    }

    /// <summary>Names of the actors of events of a kind, with whether an account stands behind each.</summary>
    public async Task<IReadOnlyList<(string Name, bool HasAccount)>> ActorsAsync(string kind)
    {
        await using var connection = await _source.OpenConnectionAsync();
        return (await connection.QueryAsync<(string, bool)>("""
            select convert_from(body, 'UTF8')::jsonb -> 'actor' ->> 'name', account_id is not null from custody_event where kind = @kind order by at
            """, new { kind })).AsList();
    }

    /// <summary>Display path of the file that a file is attached to; null for one on its own.</summary>
    public async Task<string?> ParentOfAsync(string displayPath)
    {
        await using var connection = await _source.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<string?>("""
            select parent.display_path
            from provenance child join provenance parent on parent.intake_id = child.sidecar_of
            where child.display_path = @displayPath
            """, new { displayPath });
    }

    /// <summary>Sightings of one recorder.</summary>
    public async Task<IReadOnlyList<SightingRow>> SightingsAsync(string recorder)
    {
        await using var connection = await _source.OpenConnectionAsync();
        return (await connection.QueryAsync<SightingRow>("""
            select sighting.display_path, encode(clip.sha256, 'hex') as sha256, parent.display_path as parent, clip.stage, clip.health, clip_work.last_error
            from provenance sighting join clip using (clip_id) left join clip_work using (clip_id) left join provenance parent on parent.intake_id = sighting.sidecar_of
            where @recorder in (sighting.recorder, sighting.recorder_key)
            """, new { recorder })).AsList();
    }

    /// <summary>How many clips of these bytes have come to the end of their way in good health.</summary>
    public async Task<int> LinkedAsync(IReadOnlyCollection<byte[]> digests)
    {
        await using var connection = await _source.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<int>("""
            select count(*)::int from clip where sha256 = any(@digests) and stage = 'linked' and health = 'ok'
            """, new { digests = digests.ToArray() });
    }

    /// <summary>Asks for a re-reading of the clips of these bytes, as a person does.</summary>
    public async Task AskForVerificationAsync(IReadOnlyCollection<byte[]> digests, DateTimeOffset at)
    {
        await using var connection = await _source.OpenConnectionAsync();
        await connection.ExecuteAsync("""
            insert into verification (verification_id, clip_id, reason, requested_at, result)
            select gen_random_uuid(), clip_id, 'on-demand', @at, 'running' from clip where sha256 = any(@digests)
            """, new { digests = digests.ToArray(), at = at.UtcDateTime });
    }

    /// <summary>How many clips of these bytes were read again as asked, and found to be what they were.</summary>
    public async Task<int> VerifiedAsync(IReadOnlyCollection<byte[]> digests)
    {
        await using var connection = await _source.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<int>("""
            select count(distinct clip_id)::int from verification join clip using (clip_id)
            where sha256 = any(@digests) and reason = 'on-demand' and result = 'match'
            """, new { digests = digests.ToArray() });
    }

    /// <summary>Sessions of a recorder that ended with nothing missing.</summary>
    public async Task<int> EndedSessionsAsync(string recorder)
    {
        await using var connection = await _source.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<int>("""
            select count(*)::int from dock_session where @recorder in (recorder, recorder_key) and detached_at is not null and missing = 0 and not early
            """, new { recorder });
    }

    /// <summary>Enters a recorder whose model lets its files be deleted once they are proven to be stored, or doesn't.</summary>
    public Task AddReleasingRecorderAsync(string serial, bool releases = true) => ExecuteAsync(
        """
        insert into unit (unit_id, code, name, kind, changed_at) values (gen_random_uuid(), 'RELEASING', 'RELEASING', 'squad', now()) on conflict do nothing;
        insert into recorder_model (model_id, name, releases, changed_at) values (gen_random_uuid(), @model, @releases, now()) on conflict do nothing;
        insert into recorder (recorder_id, serial, kind, model_id, unit_id, state, changed_at)
        select gen_random_uuid(), @serial, 'body', model_id, unit_id, 'in-use', now()
        from recorder_model cross join unit where recorder_model.name = @model and unit.code = 'RELEASING'
        """,
        new { serial, releases, model = releases ? "RELEASING" : "KEEPING" });

    /// <summary>What became of the deletions of a recorder's files, in order; <c>open</c> where nothing yet.</summary>
    public async Task<IReadOnlyList<string>> ReleasesAsync(string recorder)
    {
        await using var connection = await _source.OpenConnectionAsync();
        return (await connection.QueryAsync<string>("""
            select coalesce(outcome, 'open') from recorder_release join provenance using (intake_id) where recorder = @recorder order by 1
            """, new { recorder })).AsList();
    }

    /// <summary>How many events of deletions on recorders there are, by kind.</summary>
    public async Task<IReadOnlyList<(string Kind, long Count)>> ReleaseEventsAsync(string recorder = "")
    {
        await using var connection = await _source.OpenConnectionAsync();
        return (await connection.QueryAsync<(string, long)>("""
            select kind, count(*) from custody_event
            where kind like 'release.%' and (@recorder = '' or convert_from(body, 'UTF8')::jsonb -> 'facts' ->> 'recorder' = @recorder)
            group by kind order by kind
            """, new { recorder })).AsList();
    }

    /// <summary>Sessions of a recorder, ended or not.</summary>
    public async Task<int> SessionsOfAsync(string recorder)
    {
        await using var connection = await _source.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<int>("select count(*)::int from dock_session where @recorder in (recorder, recorder_key)", new { recorder });
    }

    /// <summary>Lets today's census be carried out again at the next start.</summary>
    public Task ForgetCensusAsync() => ExecuteAsync("delete from census");

    /// <summary>Results of the census by scope, with the findings that are open.</summary>
    public async Task<IReadOnlyList<(string Scope, string Result, string? Findings)>> CensusAsync()
    {
        await using var connection = await _source.OpenConnectionAsync();
        return (await connection.QueryAsync<(string, string, string?)>("""
            select scope, result, (select string_agg(kind || ' ' || subject, ', ') from census_finding where census_finding.scope = census.scope and closed_at is null)
            from census order by scope
            """)).AsList();
    }

    /// <summary>When each intake of a slot was begun and when it was behind the durable line.</summary>
    public async Task<IReadOnlyList<(DateTimeOffset Begun, DateTimeOffset Spooled)>> IntakesAsync(int slot)
    {
        await using var connection = await _source.OpenConnectionAsync();
        var rows = await connection.QueryAsync<(Guid Intake, DateTime Spooled)>("select intake_id, spooled_at from provenance where slot = @slot", new { slot });
        // The id of an intake is a UUID of version 7: its first 48 bits are the milliseconds at which it was begun.
        return [.. rows.Select(row => (
            DateTimeOffset.FromUnixTimeMilliseconds(Convert.ToInt64(row.Intake.ToString("N")[..12], 16)),
            new DateTimeOffset(DateTime.SpecifyKind(row.Spooled, DateTimeKind.Utc))))];
    }

    /// <summary>
    /// Keeps a clip's read-back from being written down until it is disposed: the read-back itself runs, and everything else about the clip goes on.
    /// </summary>
    public async Task<IAsyncDisposable> HoldVerdictAsync(Guid clip)
    {
        var connection = await _source.OpenConnectionAsync();
        var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync("select 1 from clip where clip_id = @clip for no key update", new { clip }, transaction);
        return connection;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_isOwn)
            await DropAsync();
        await _source.DisposeAsync();
    }

    private async Task<int> CountAsync(string sql)
    {
        await using var connection = await _source.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<int>(sql);
    }

    private async Task<NpgsqlConnection> ServerAsync()
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_server.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }
}
