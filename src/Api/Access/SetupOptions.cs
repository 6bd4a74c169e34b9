using Microsoft.Extensions.Options;

namespace YaoAn.Api;

/// <summary>How the first accounts come to be. Section <c>Setup</c>.</summary>
internal sealed class SetupOptions
{
    public const string Section = "Setup";

    /// <summary>Also issue a one-time link that signs in as a reviewer who sees sample clips only.</summary>
    public bool Sample { get; set; }

    /// <summary>File that the links of this start are written to, mode 0600: lines <c>role path</c>. Without it no links are made.</summary>
    public string? LinksFile { get; set; }

    /// <summary>The system administrator, made without a link.</summary>
    public UnattendedAccount Admin { get; set; } = new();

    /// <summary>A reviewer, made without a link.</summary>
    public UnattendedAccount Reviewer { get; set; } = new();
}

/// <summary>An account that is made at start unless one of its name exists; an existing one is left as it is.</summary>
internal sealed class UnattendedAccount
{
    /// <summary>Name to sign in with.</summary>
    public string? Name { get; set; }

    /// <summary>File with the password in its first line.</summary>
    public string? PasswordFile { get; set; }

    public bool Wanted => Name is { Length: > 0 } || PasswordFile is { Length: > 0 };
}

/// <summary>Looks at everything that needs no database, and names the key of each fault.</summary>
internal sealed class SetupOptionsCheck(IOptions<SignInOptions> signIn) : IValidateOptions<SetupOptions>
{
    public ValidateOptionsResult Validate(string? name, SetupOptions options)
    {
        var faults = new[] { Fault("Setup:Admin", options.Admin), Fault("Setup:Reviewer", options.Reviewer) }.OfType<string>().ToList();
        if (options.Sample && options.LinksFile is not { Length: > 0 })
            faults.Add("Setup:Sample needs Setup:LinksFile, the file to which the sample's link is written.");
        if (options.Admin.Name is { Length: > 0 } both && string.Equals(both, options.Reviewer.Name, StringComparison.OrdinalIgnoreCase))
            faults.Add($"Setup:Admin:Name and Setup:Reviewer:Name are both {both}: one account has one role, give the reviewer another name.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    /// <summary>The password in the first line of the file.</summary>
    public static string Password(UnattendedAccount account) =>
        File.ReadLines(account.PasswordFile!).FirstOrDefault()?.TrimEnd('\r') ?? "";

    private string? Fault(string key, UnattendedAccount account)
    {
        if (!account.Wanted)
            return null;
        if (account.Name is not { Length: > 0 } name)
            return $"{key}:Name is missing beside {key}:PasswordFile.";
        if (account.PasswordFile is not { Length: > 0 } file)
            return $"{key}:PasswordFile is missing beside {key}:Name: write the password of {name} into a file and name it there.";
        if (AccountNames.Fault(name) is not null)
            return $"{key}:Name '{name}' can't be used: 2 to 32 characters without spaces.";
        var profile = signIn.Value.Profile;
        try
        {
            var password = Password(account);
            return password.Length == 0
                ? $"{key}:PasswordFile {file} is empty: write the password of {name} into its first line."
                : PasswordRules.Fault(profile, password, name) switch
                {
                    null => null,
                    "PasswordTooShort" => $"{key}:PasswordFile {file}: the password of {name} has less than {profile.MinLength} characters, choose a longer one.",
                    "PasswordTooLong" => $"{key}:PasswordFile {file}: the password of {name} has more than {PasswordRules.MaxLength} characters, choose a shorter one.",
                    "PasswordClasses" => $"{key}:PasswordFile {file}: the password of {name} needs {profile.Classes} of large letters, small letters, figures and signs.",
                    "PasswordHoldsName" => $"{key}:PasswordFile {file}: the password holds the name {name}, choose another one.",
                    _ => $"{key}:PasswordFile {file}: the password of {name} is easy to guess, choose another one.",
                };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{key}:PasswordFile {file} can't be read: {e.Message}";
        }
    }
}
