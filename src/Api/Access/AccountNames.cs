using System.Globalization;
using Microsoft.AspNetCore.Identity;

namespace YaoAn.Api;

/// <summary>What a person may be called. Any script; nothing that could not be seen or told apart on a screen.</summary>
internal sealed class AccountNames : IUserValidator<Account>
{
    public async Task<IdentityResult> ValidateAsync(UserManager<Account> manager, Account user)
    {
        var code = Fault(user.UserName) ?? DisplayFault(user.DisplayName);
        if (code is null && await manager.FindByNameAsync(user.UserName!) is { } other && other.Id != user.Id)
            code = "NameTaken";
        return code is null ? IdentityResult.Success : IdentityResult.Failed(new IdentityError { Code = code, Description = code });
    }

    /// <summary>Code of what is wrong with a name to sign in with, a key of AccessWords; null when it will do.</summary>
    public static string? Fault(string? name) =>
        name is { Length: >= 2 and <= 32 } && name.All(c => !char.IsWhiteSpace(c) && Visible(c)) ? null : "NameMissing";

    private static string? DisplayFault(string? name) =>
        name is { Length: >= 1 and <= 40 } && name.Trim() == name && name.All(Visible) ? null : "DisplayNameMissing";

    private static bool Visible(char c) => char.GetUnicodeCategory(c) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
