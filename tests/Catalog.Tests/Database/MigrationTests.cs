using Npgsql;
using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Database;

public sealed class MigrationTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [SkippableFact]
    public void A_migrated_database_lacks_nothing_and_migrating_again_changes_nothing()
    {
        TestDatabase.Need();
        Assert.Empty(Migrator.Missing(database.App));
        Migrator.Migrate(database.Owner, TestDatabase.AppRole);
        Assert.Empty(Migrator.Missing(database.App));
    }

    [SkippableFact]
    public async Task Two_migrations_at_once_wait_for_each_other()
    {
        TestDatabase.Need();
        var schema = "test_" + Guid.CreateVersion7().ToString("N");
        var owner = new NpgsqlConnectionStringBuilder(database.Owner) { SearchPath = schema }.ConnectionString;
        try
        {
            Assert.NotEmpty(Migrator.Missing(owner));
            await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => Migrator.Migrate(owner, TestDatabase.AppRole))));
            Assert.Empty(Migrator.Missing(owner));
        }
        finally
        {
            await database.AsOwner.ExecuteAsync($"drop schema if exists {schema} cascade");
        }
    }

    [SkippableFact]
    public async Task Every_table_has_the_rights_that_the_programs_need_and_no_more()
    {
        TestDatabase.Need();
        var lacking = await database.AsOwner.ScalarAsync<long>(
            """
            select count(*) from pg_tables
            where schemaname = current_schema() and tablename not in ('custody_event', 'schema_version')
              and not has_table_privilege('yaoan_app', quote_ident(schemaname) || '.' || tablename, 'select, insert, update, delete')
            """);
        Assert.Equal(0, lacking);
        Assert.False(await database.AsOwner.ScalarAsync<bool>("select has_schema_privilege('yaoan_app', current_schema(), 'create')"));
    }
}
