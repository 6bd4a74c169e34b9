namespace YaoAn.Api;

/// <summary>The bureau's key, by which binding files and the station's clock are believed.</summary>
internal sealed class BureauKey(IConfiguration configuration)
{
    /// <summary>Read each time: a replaced one counts from the next request on. Null where this machine has none.</summary>
    public async Task<byte[]?> ReadAsync(CancellationToken ct)
    {
        var path = ApiHost.PathOf(configuration, configuration["Keys:Bureau"] ?? "keys/bureau.key");
        return File.Exists(path) ? Convert.FromHexString((await File.ReadAllTextAsync(path, ct)).Trim()) : null;
    }
}
