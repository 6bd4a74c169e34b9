using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>Secrets of a station, each in a file: never in configuration, logs or arguments.</summary>
internal sealed class StationKeys(IConfiguration configuration, IOptions<DataOptions> data)
{
    /// <summary>Shared with Api on the same machine; guards the board's data and spooled footage.</summary>
    public byte[]? Internal { get; } = Read(configuration["Keys:Internal"], data.Value, "internal.key");

    /// <summary>Key of binding files.</summary>
    public byte[]? Bureau { get; } = Read(configuration["Keys:Bureau"], data.Value, "bureau.key");

    private static byte[]? Read(string? configured, DataOptions data, string name)
    {
        var path = configured is null ? Path.Combine(data.KeysFolder, name) : Path.Combine(Path.GetFullPath(data.DataFolder), configured);
        if (!File.Exists(path))
            return null;
        try
        {
            return Convert.FromHexString(File.ReadAllText(path).Trim());
        }
        catch (FormatException e)
        {
            throw new InvalidDataException($"The key file {path} holds no hexadecimal key: restore it from a backup, or remove it to start anew.", e);
        }
    }
}
