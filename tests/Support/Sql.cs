using Npgsql;
using YaoAn.Catalog;

namespace YaoAn.Tests.Support;

/// <summary>Looks at, and prepares, what no table class has a method for.</summary>
public static class Sql
{
    /// <summary>Runs a statement; parameters are $1, $2 ….</summary>
    public static async Task<int> ExecuteAsync(this CatalogDatabase database, string sql, params object[] parameters)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None);
        await using var command = Command(connection, sql, parameters);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>One value.</summary>
    public static async Task<T> ScalarAsync<T>(this CatalogDatabase database, string sql, params object[] parameters)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None);
        await using var command = Command(connection, sql, parameters);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object[] parameters)
    {
#pragma warning disable CA2100 // The statements are constants of the tests.
        var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        foreach (var parameter in parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        return command;
    }
}
