using Microsoft.Extensions.Options;

namespace YaoAn.Catalog;

/// <summary>Opens the two buckets that the configuration names: originals under lock, derived files without.</summary>
internal static class S3Stores
{
    /// <summary>Days that an object is locked from birth; after the read-back its own date takes over.</summary>
    private const int LockDaysFromBirth = 1;

    public static ObjectStores Open(S3Options options, TimeProvider time, GiveWay way)
    {
        var url = new Uri(options.Url!);
        var server = new Uri(url.GetLeftPart(UriPartial.Authority));
        var bucket = url.AbsolutePath.Trim('/');
        var keys = (FirstLine(options.AccessKeyFile!), FirstLine(options.SecretKeyFile!));
        // One cap for both: it is about the memory and the line of this machine.
        var uploads = new SemaphoreSlim(options.UploadsAtOnce);
        return new ObjectStores(
            new S3ObjectStore(server, bucket, keys, options.Region, LockDaysFromBirth, uploads, time),
            new S3ObjectStore(server, $"{bucket}-derived", keys, options.Region, lockDays: null, uploads, time),
            way);
    }

    public static string FirstLine(string file) => File.ReadLines(file).FirstOrDefault()?.Trim() ?? "";
}

/// <summary>Looks at everything of the section that needs no server, and names the key of each fault.</summary>
internal sealed class S3OptionsCheck : IValidateOptions<S3Options>
{
    public ValidateOptionsResult Validate(string? name, S3Options options)
    {
        if (options.Url is not { Length: > 0 } address)
            return ValidateOptionsResult.Success;
        var faults = new List<string>();
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.AbsolutePath.Trim('/') is not { Length: >= 3 and <= 55 } bucket
            || bucket.Contains('/', StringComparison.Ordinal) || url.UserInfo.Length > 0)
            faults.Add($"Store:Url '{address}' can't be used: write http(s)://HOST:PORT/BUCKET, the bucket with 3 to 55 characters and the keys in files.");
        foreach (var (key, file) in new[] { ("Store:AccessKeyFile", options.AccessKeyFile), ("Store:SecretKeyFile", options.SecretKeyFile) })
        {
            if (file is not { Length: > 0 })
                faults.Add($"{key} is missing beside Store:Url: name the file that holds the key in its first line.");
            else if (FaultOf(file) is { } fault)
                faults.Add($"{key} {file} {fault}");
        }
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static string? FaultOf(string file)
    {
        try
        {
            return S3Stores.FirstLine(file).Length > 0 ? null : "is empty: write the key into its first line.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"can't be read: {e.Message}";
        }
    }
}
