using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Who may come in, and how: accounts, cookies, rights, antiforgery, limits.</summary>
internal static class AccessServices
{
    /// <summary>OWASP's figure for PBKDF2 with HMAC-SHA-512 (2025).</summary>
    private const int HashIterations = 210_000;

    /// <summary>Scheme of whatever names none: the token of a program where one comes, else the cookie of a person.</summary>
    private const string PersonOrProgram = "person-or-program";

    public static IServiceCollection AddAccess(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SetupOptions>().Bind(configuration.GetSection(SetupOptions.Section)).ValidateOnStart();
        services.TryAddSingleton<IValidateOptions<SetupOptions>, SetupOptionsCheck>();
        services.AddOptions<SignInOptions>().Bind(configuration.GetSection(SignInOptions.Section)).ValidateOnStart();
        services.TryAddSingleton<IValidateOptions<SignInOptions>, SignInOptionsCheck>();
        services.TryAddSingleton<AccountTable>();
        services.TryAddSingleton<AccountAdministrationTable>();
        services.TryAddSingleton<SecondFactorTable>();
        services.TryAddSingleton<FormerPasswordTable>();
        services.TryAddSingleton<ApiTokenTable>();
        services.TryAddSingleton<Doors>();
        services.TryAddSingleton<SecondFactors>();
        services.TryAddSingleton<LoginTable>();
        services.TryAddSingleton<SetupLinkTable>();
        services.TryAddSingleton<AccessLogTable>();
        services.TryAddSingleton<AccessLog>();
        services.TryAddSingleton<LiveAccounts>();
        services.TryAddSingleton<StillSignedIn>();
        services.TryAddSingleton<Viewings>();
        services.TryAddSingleton<UploadPasses>();
        services.TryAddSingleton<BureauKey>();
        services.AddHostedService<FirstAccounts>();
        services.AddHttpContextAccessor();
        return services
            .AddAccounts(configuration)
            .AddCookie(configuration)
            .AddRateLimits();
    }

    public static IApplicationBuilder UseAccess(this IApplicationBuilder app) => app
        .UseRateLimiter()
        .UseAuthentication()
        .UseAuthorization()
        .UseMiddleware<AntiforgeryGate>();

    private static IServiceCollection AddAccounts(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddDbContext<AccountContext>(options => options.UseNpgsql(configuration.GetConnectionString("Catalog")));
        services.TryAddScoped<IUserStore<Account>, UserOnlyStore<Account, AccountContext, Guid>>();
        services.TryAddScoped<IUserValidator<Account>, AccountNames>();
        services.TryAddScoped<IPasswordValidator<Account>, PasswordRules>();
        services.AddIdentityCore<Account>();
        services.Configure<PasswordHasherOptions>(options => options.IterationCount = HashIterations);
        services.TryAddScoped<AccountMaker>();
        services.TryAddScoped<SignIns>();
        services.TryAddScoped<PasswordChanges>();
        return services;
    }

    private static IServiceCollection AddCookie(this IServiceCollection services, IConfiguration configuration)
    {
        var https = ApiHost.IsHttps(configuration);
        services.TryAddSingleton<CookieRules>();
        services.AddAuthentication(PersonOrProgram).AddPolicyScheme(PersonOrProgram, displayName: null, options =>
            options.ForwardDefaultSelector = context => ApiTokens.IsMeant(context.Request) ? ApiTokens.Scheme : CookieAuthenticationDefaults.AuthenticationScheme)
        .AddCookie(options =>
        {
            options.Cookie.Name = https ? "__Host-yaoan" : "yaoan";
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.HttpOnly = true;
            options.Cookie.SecurePolicy = https ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
            options.Cookie.Path = "/";
            options.ExpireTimeSpan = configuration.GetSection(SignInOptions.Section).Get<SignInOptions>()?.IdleFor ?? new SignInOptions().IdleFor;
            options.SlidingExpiration = true;
            options.LoginPath = "/sign-in";
            options.ReturnUrlParameter = "returnUrl";
            options.EventsType = typeof(CookieRules);
        })
        .AddScheme<AuthenticationSchemeOptions, ApiTokenHandler>(ApiTokens.Scheme, configureOptions: null)
        .AddScheme<AuthenticationSchemeOptions, UploadPassHandler>(UploadPasses.Scheme, configureOptions: null);
        services.AddAuthorization(Rights.AddPolicies);
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, LoggedRefusals>(); // In place of the framework's own.
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = https ? "__Host-yaoan-form" : "yaoan-form";
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.HttpOnly = true;
            options.Cookie.SecurePolicy = https ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
            options.Cookie.Path = "/";
            options.SuppressXFrameOptionsHeader = true; // frame-ancestors of the CSP says it.
        });
        var keys = Directory.CreateDirectory(
            ApiHost.PathOf(configuration, configuration["Keys:DataProtection"] ?? "keys/data-protection"),
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        services.AddDataProtection().PersistKeysToFileSystem(keys).SetApplicationName("YaoAnEnforcement");
        return services;
    }
}
