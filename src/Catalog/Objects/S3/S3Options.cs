using System.ComponentModel.DataAnnotations;

namespace YaoAn.Catalog;

/// <summary>An S3 store instead of the folder. Section <c>Store</c>; without <see cref="Url"/> the folder is the store.</summary>
public sealed class S3Options
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Store";

    /// <summary>Server and bucket, <c>http(s)://HOST:PORT/BUCKET</c>. Derived files go into <c>BUCKET-derived</c>.</summary>
    public string? Url { get; set; }

    /// <summary>File with the access key in its first line.</summary>
    public string? AccessKeyFile { get; set; }

    /// <summary>File with the secret key in its first line.</summary>
    public string? SecretKeyFile { get; set; }

    /// <summary>Region that requests are signed for.</summary>
    public string Region { get; set; } = "us-east-1";

    /// <summary>Uploads in flight at once, of this process.</summary>
    [Range(1, 64)]
    public int UploadsAtOnce { get; set; } = 4;
}
