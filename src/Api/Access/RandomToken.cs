using System.Security.Cryptography;
using Microsoft.AspNetCore.WebUtilities;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Secrets that are shown once: 32 random bytes in base64url; only their SHA-256 is ever stored.</summary>
internal static class RandomToken
{
    private const int Bytes = 32;

    public static string New() => WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>Digest of a token; null for text that can't be one.</summary>
    public static Sha256Digest? DigestOf(string? token)
    {
        if (token is not { Length: 43 })
            return null;
        try
        {
            return Sha256Digest.From(SHA256.HashData(WebEncoders.Base64UrlDecode(token)));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
