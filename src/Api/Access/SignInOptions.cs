using Microsoft.Extensions.Options;

namespace YaoAn.Api;

/// <summary>How long a sign-in lasts, and what a password has to be. Section <c>SignIn</c>.</summary>
internal sealed class SignInOptions
{
    public const string Section = "SignIn";

    /// <summary>A sign-in ends after this time without a request of its person, hh:mm:ss; at most the 30 minutes of the rules.</summary>
    public TimeSpan IdleFor { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>A sign-in ends after this time whatever happens, hh:mm:ss.</summary>
    public TimeSpan EndsAfter { get; set; } = TimeSpan.FromHours(12);

    /// <summary>Name of a <see cref="YaoAn.Api.PasswordProfile"/>.</summary>
    public string PasswordProfile { get; set; } = Api.PasswordProfile.Asvs.Name;

    public PasswordProfile Profile => Api.PasswordProfile.All.First(profile => profile.Name == PasswordProfile);
}

/// <summary>What a password has to be, and for how long it is good.</summary>
/// <param name="Name">As the configuration says it.</param>
/// <param name="MinLength">Fewest characters.</param>
/// <param name="Classes">Fewest classes of characters out of four; 0: anything goes.</param>
/// <param name="Remembered">How many of the last passwords, the present one included, can't be taken again.</param>
/// <param name="GoodFor">After that another one is asked for; null: never.</param>
internal sealed record PasswordProfile(string Name, int MinLength, int Classes, int Remembered, TimeSpan? GoodFor)
{
    /// <summary>OWASP ASVS 5.0 §6.2: long, not guessable, no classes, no expiry.</summary>
    public static readonly PasswordProfile Asvs = new("asvs", 12, 0, 1, null);

    /// <summary>What assessors of 等级保护 level 2 and 3 usually ask for.</summary>
    public static readonly PasswordProfile Dengbao3 = new("dengbao3", 10, 3, 5, TimeSpan.FromDays(90));

    public static readonly PasswordProfile[] All = [Asvs, Dengbao3];
}

/// <summary>Refuses limits that would be none.</summary>
internal sealed class SignInOptionsCheck : IValidateOptions<SignInOptions>
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromMinutes(2), s_longestIdle = TimeSpan.FromHours(2), s_longest = TimeSpan.FromHours(24);

    public ValidateOptionsResult Validate(string? name, SignInOptions options)
    {
        var faults = new List<string>();
        if (options.IdleFor < s_shortest || options.IdleFor > s_longestIdle)
            faults.Add($"SignIn:IdleFor {options.IdleFor} has to be between {s_shortest} and {s_longestIdle}.");
        if (options.EndsAfter < options.IdleFor || options.EndsAfter > s_longest)
            faults.Add($"SignIn:EndsAfter {options.EndsAfter} has to be between SignIn:IdleFor and {s_longest}.");
        if (!PasswordProfile.All.Any(profile => profile.Name == options.PasswordProfile))
            faults.Add($"SignIn:PasswordProfile '{options.PasswordProfile}' isn't one of: {string.Join(", ", PasswordProfile.All.Select(profile => profile.Name))}.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
