using Npgsql;
using Xunit;
using YaoAn.Catalog;

namespace YaoAn.Tests.Support;

/// <summary>
/// A schema of its own in the real PostgreSQL for one test class (<c>IClassFixture&lt;TestDatabase&gt;</c>), migrated from zero.
/// Tests call <see cref="Need"/> first: without <c>YAOAN_TEST_DB</c> they are skipped on a desk and fail in CI.
/// </summary>
public sealed class TestDatabase : IAsyncLifetime
{
    /// <summary>Role that the programs run as; the migrations give it its rights.</summary>
    public const string AppRole = "yaoan_app";

    private readonly string _schema = "test_" + Guid.CreateVersion7().ToString("N");
    private CatalogDatabase? _catalog;
    private CatalogDatabase? _asOwner;

    /// <summary>The role that owns the schema, with its search path.</summary>
    public string Owner => With("YAOAN_TEST_DB");

    /// <summary>The role of the programs, with the same search path.</summary>
    public string App => With("YAOAN_TEST_APP_DB");

    /// <summary>The catalog as the programs see it.</summary>
    public CatalogDatabase Catalog => _catalog ?? throw new InvalidOperationException("Call TestDatabase.Need first.");

    /// <summary>The catalog as the owner sees it: for set-up and for looking at what a program left.</summary>
    public CatalogDatabase AsOwner => _asOwner ?? throw new InvalidOperationException("Call TestDatabase.Need first.");

    /// <summary>True where a database was given.</summary>
    public static bool Given => Setting("YAOAN_TEST_DB") is not null && Setting("YAOAN_TEST_APP_DB") is not null;

    /// <summary>First line of every test that uses the database.</summary>
    public static void Need()
    {
        if (!Given && Setting("CI") is "true" or "1")
            Assert.Fail("YAOAN_TEST_DB and YAOAN_TEST_APP_DB are not set: in CI these tests must run. deploy/test sets them.");
        Skip.IfNot(Given, "YAOAN_TEST_DB and YAOAN_TEST_APP_DB are not set: deploy/test sets them.");
    }

    /// <inheritdoc/>
    public Task InitializeAsync()
    {
        if (Given)
        {
            Migrator.Migrate(Owner, AppRole);
            (_catalog, _asOwner) = (new CatalogDatabase(App), new CatalogDatabase(Owner));
        }
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_asOwner is null || _catalog is null)
            return;
        await _catalog.DisposeAsync();
        await using (var connection = await _asOwner.OpenAsync(CancellationToken.None))
        await using (var drop = new NpgsqlCommand($"drop schema if exists {_schema} cascade", connection))
            await drop.ExecuteNonQueryAsync();
        await _asOwner.DisposeAsync();
    }

    private string With(string variable) =>
        new NpgsqlConnectionStringBuilder(Setting(variable)) { SearchPath = _schema, Timeout = 15 }.ConnectionString;

    private static string? Setting(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
