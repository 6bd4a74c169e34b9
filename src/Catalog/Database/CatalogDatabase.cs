using System.Data;
using System.Runtime.CompilerServices;
using Dapper;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>The catalog's connections. One pool per process; ids, digests and times map to their own types.</summary>
public sealed class CatalogDatabase : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;

    static CatalogDatabase()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        AddId<ClipId>();
        AddId<IntakeId>();
        AddId<SessionId>();
        AddId<EventId>();
        AddId<VerificationId>();
        AddId<AccountId>();
        AddId<UnitId>();
        AddId<OfficerId>();
        AddId<ImportId>();
        AddId<RecorderId>();
        AddId<AllocationId>();
        AddId<CaseId>();
        AddId<ActivityId>();
        AddId<ChecklistId>();
        AddId<LinkId>();
        AddId<WaiverId>();
        AddId<MarkerId>();
        AddDigest<Sha256Digest>();
        AddDigest<Sm3Digest>();
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset?));
        SqlMapper.AddTypeHandler(new TimeHandler());
    }

    /// <summary>Opens a pool; its schema is the search path of the connection string.</summary>
    public CatalogDatabase(string connectionString)
    {
        var builder = new NpgsqlDataSourceBuilder(connectionString);
        _source = builder.Build();
    }

    /// <summary>Opens a connection; the caller disposes it.</summary>
    /// <exception cref="NpgsqlException">The database can't be reached.</exception>
    public ValueTask<NpgsqlConnection> OpenAsync(CancellationToken ct, [CallerMemberName] string member = "")
    {
        FaultPoint.Pass("database", "connection", member);
        return _source.OpenConnectionAsync(ct);
    }

    /// <summary>Runs work in one transaction: all of it or nothing.</summary>
    public async Task<T> InTransactionAsync<T>(Func<NpgsqlTransaction, Task<T>> work, CancellationToken ct, [CallerMemberName] string member = "")
    {
        await using var connection = await OpenAsync(ct, member);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var result = await work(transaction);
        FaultPoint.Pass("commit", "transaction", member);
        await transaction.CommitAsync(ct);
        FaultPoint.Pass("committed", "transaction", member);
        return result;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    /// <summary>For whoever uses a connection of another source: ids, digests and times are known once this class is.</summary>
    internal static void KnowTypes() => System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(typeof(CatalogDatabase).TypeHandle);

    private static void AddId<T>()
        where T : struct, IGuidId<T> => SqlMapper.AddTypeHandler(new IdHandler<T>());

    private static void AddDigest<T>()
        where T : struct, IDigest<T> => SqlMapper.AddTypeHandler(new DigestHandler<T>());

    private sealed class IdHandler<T> : SqlMapper.TypeHandler<T>
        where T : struct, IGuidId<T>
    {
        public override T Parse(object value) => T.From((Guid)value);

        public override void SetValue(IDbDataParameter parameter, T value) => parameter.Value = value.Value;
    }

    private sealed class DigestHandler<T> : SqlMapper.TypeHandler<T>
        where T : struct, IDigest<T>
    {
        public override T Parse(object value) => T.From((byte[])value);

        public override void SetValue(IDbDataParameter parameter, T value) => parameter.Value = value.Bytes.ToArray();
    }

    private sealed class TimeHandler : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override DateTimeOffset Parse(object value) => new(DateTime.SpecifyKind((DateTime)value, DateTimeKind.Utc));

        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) => parameter.Value = value.UtcDateTime;
    }
}
