using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>
/// What stands between a right password and any right: the second factor, setting one, or another password. Behind a door a sign-in has no role, so
/// that nothing can forget to ask.
/// </summary>
internal sealed class Doors(IOptions<SignInOptions> options, TimeProvider time)
{
    /// <summary>The account has a second factor that this sign-in hasn't given yet.</summary>
    public const string Second = "second";

    /// <summary>One of its roles needs a second factor and it has none yet.</summary>
    public const string Enrol = "enrol";

    /// <summary>Its password is older than the profile allows.</summary>
    public const string Password = "password";

    /// <summary>The account with its door. A second factor comes first: who only knows the password can't change it.</summary>
    public SignedInAccount At(SignedInAccount account) => account with
    {
        Door = account switch
        {
            { HasTotp: true, HasSecond: false } => Second,
            { HasTotp: false } when account.Roles.Any(AccountRoles.WithSecondFactor.Contains) => Enrol,
            { PasswordChangedAt: { } changed } when options.Value.Profile.GoodFor is { } good && time.GetUtcNow() - changed >= good => Password,
            _ => null,
        },
    };

    /// <summary>The page of a door.</summary>
    public static string PathOf(string door, string? returnUrl) =>
        returnUrl is { Length: > 1 } ? $"/sign-in/{door}?returnUrl={Uri.EscapeDataString(returnUrl)}" : $"/sign-in/{door}";
}
