using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace YaoAn.Api;

/// <summary>What the profile asks of a password; and in any case not to be guessable.</summary>
internal sealed class PasswordRules(IOptions<SignInOptions> options) : IPasswordValidator<Account>
{
    public const int MaxLength = 128;

    /// <summary>Fewer different characters are a pattern, not a password.</summary>
    private const int MinDistinct = 5;

    private static readonly string[] Blocked = Words();

    public Task<IdentityResult> ValidateAsync(UserManager<Account> manager, Account user, string? password) =>
        Task.FromResult(Fault(options.Value.Profile, password ?? "", user.UserName, user.DisplayName) is { } fault
            ? IdentityResult.Failed(new IdentityError { Code = fault, Description = fault })
            : IdentityResult.Success);

    /// <summary>Code of what is wrong with a password, a key of AccessWords; null when it will do.</summary>
    public static string? Fault(PasswordProfile profile, string password, params string?[] names)
    {
        var length = password.EnumerateRunes().Count();
        if (length < profile.MinLength)
            return "PasswordTooShort";
        if (length > MaxLength)
            return "PasswordTooLong";
        if (Classes(password) < profile.Classes)
            return "PasswordClasses";
        var plain = Plain(password);
        if (plain.EnumerateRunes().Distinct().Count() < MinDistinct || IsRun(plain))
            return "PasswordTooPlain";
        if (names.Any(name => name is { Length: >= 3 } && plain.Contains(Plain(name), StringComparison.Ordinal)))
            return "PasswordHoldsName";
        // What is left when guessable words are taken out has to be long enough to hold out by itself.
        var rest = Blocked.Aggregate(plain, (text, word) => text.Replace(word, "", StringComparison.Ordinal));
        return rest.EnumerateRunes().Count() < 6 && rest.Length < plain.Length ? "PasswordIsCommon" : null;
    }

    /// <summary>How many of the four it has: large letters, small ones, figures, anything else.</summary>
    private static int Classes(string text) => text.Select(c => char.IsAsciiLetterUpper(c) ? 0 : char.IsAsciiLetterLower(c) ? 1 : char.IsAsciiDigit(c) ? 2 : 3).Distinct().Count();

    /// <summary>Folded as people disguise words: case, width, and the usual look-alikes.</summary>
    private static string Plain(string text) => string.Concat(text.Normalize(NormalizationForm.FormKC).ToLowerInvariant().Select(c => c switch
    {
        '@' => 'a',
        '$' => 's',
        '!' => 'i',
        _ => c,
    }));

    /// <summary>abcdefghijkl, 987654321098, aaaaaaaaaaaa: nearly every step is the same small one.</summary>
    private static bool IsRun(string text)
    {
        var steps = text.Zip(text.Skip(1), (a, b) => b - a).Count(step => step is >= -1 and <= 1);
        return steps >= text.Length * 3 / 4;
    }

    private static string[] Words()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("blocked-passwords.txt")
            ?? throw new InvalidOperationException("The list of blocked passwords is not in the program.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        // Longest first: 'password' must go before 'pass'.
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => line[0] != '#')
            .OrderByDescending(word => word.Length)];
    }
}
