using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using OtpNet;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>
/// Second factors by time (TOTP, RFC 6238: SHA-1, 6 digits, 30 s, as every authenticator knows it) with recovery codes. A code counts once, within one
/// step of the right time; each try is counted as a try of the password is.
/// </summary>
internal sealed class SecondFactors(SecondFactorTable table, AccountTable accounts, IDataProtectionProvider protection, TimeProvider time)
{
    public const int RecoveryCodes = 10;

    private const int SecretBytes = 20, CodeBytes = 10;

    /// <summary>A new secret that wasn't proved may be kept by the page for so long.</summary>
    private static readonly TimeSpan s_offeredFor = TimeSpan.FromMinutes(15);

    private static readonly VerificationWindow s_window = new(previous: 1, future: 1);

    private readonly IDataProtector _kept = protection.CreateProtector("YaoAn.Totp.1");

    /// <summary>A new secret for a page: to be shown, and sealed for the account, so that it comes back unchanged.</summary>
    public (string Secret, string Sealed) Offer(AccountId account)
    {
        var secret = Base32Encoding.ToString(RandomNumberGenerator.GetBytes(SecretBytes));
        return (secret, Offers(account).Protect(secret, s_offeredFor));
    }

    /// <summary>The secret that was offered to the account, or null: too old, or another's.</summary>
    public string? Offered(AccountId account, string? text)
    {
        try
        {
            return text is null ? null : Offers(account).Unprotect(text);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Address that authenticators read from a QR code.</summary>
    public static string UriOf(string secret, string issuer, string userName) =>
        $"otpauth://totp/{Uri.EscapeDataString(issuer)}:{Uri.EscapeDataString(userName)}?secret={secret}&issuer={Uri.EscapeDataString(issuer)}&digits=6&period=30";

    /// <summary>Sets the factor, once a code of it proves that the authenticator has the secret.</summary>
    /// <returns>The recovery codes, to be shown this once; null where the code is wrong.</returns>
    public async Task<IReadOnlyList<string>?> SetAsync(AccountId account, string secret, string? code, ChangeBy by, CancellationToken ct)
    {
        if (StepOf(secret, code) is not { } step)
            return null;
        var codes = Enumerable.Range(0, RecoveryCodes).Select(_ => NewCode()).ToList();
        await table.SetAsync(
            account, _kept.Protect(secret), step, [.. codes.Select(one => DigestOf(one)!.Value)],
            by.Happened(CustodyKinds.AccountSecondSet, new KeyValuePair<string, object?>("account", account.ToString())), ct);
        return codes;
    }

    /// <summary>Whether a code, or a recovery code, is right; it is used up then.</summary>
    public async Task<bool> TakeAsync(AccountId account, string? code, CancellationToken ct)
    {
        var typed = new string([.. (code ?? "").Where(c => !char.IsWhiteSpace(c) && c != '-')]);
        if (await accounts.TakeTryAsync(account, time.GetUtcNow(), ct) != SignInTry.Taken || !await IsRightAsync(account, typed, ct))
            return false;
        await accounts.ForgiveAsync(account, ct);
        return true;
    }

    private async Task<bool> IsRightAsync(AccountId account, string typed, CancellationToken ct)
    {
        if (typed.Length != 6)
            return DigestOf(typed) is { } digest && await table.UseCodeAsync(account, digest, time.GetUtcNow(), ct);
        return await table.SecretAsync(account, ct) is { } kept && StepOf(_kept.Unprotect(kept), typed) is { } step && await table.UseStepAsync(account, step, ct);
    }

    private long? StepOf(string secret, string? code) =>
        new Totp(Base32Encoding.ToBytes(secret)).VerifyTotp(time.GetUtcNow().UtcDateTime, code?.Trim() ?? "", out var step, s_window) ? step : null;

    private ITimeLimitedDataProtector Offers(AccountId account) => protection.CreateProtector("YaoAn.TotpOffer.1", account.ToString()).ToTimeLimitedDataProtector();

    /// <summary>80 random bits, in groups that people can copy.</summary>
    private static string NewCode() => string.Join('-', Base32Encoding.ToString(RandomNumberGenerator.GetBytes(CodeBytes)).TrimEnd('=').Chunk(4).Select(part => new string(part)));

    private static Sha256Digest? DigestOf(string code)
    {
        var plain = code.Replace("-", "", StringComparison.Ordinal).ToUpperInvariant();
        return plain.Length == 16 ? Sha256Digest.From(SHA256.HashData(Encoding.ASCII.GetBytes(plain))) : null;
    }
}
