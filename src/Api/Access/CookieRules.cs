using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.Options;
using Npgsql;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>When a cookie is still good, and what a request without a good one is told.</summary>
internal sealed class CookieRules(LiveAccounts live, LoginTable logins, IOptions<SignInOptions> options, TimeProvider time) : CookieAuthenticationEvents
{
    /// <summary>How exactly it is known when somebody last did something.</summary>
    private static readonly TimeSpan s_seenEvery = TimeSpan.FromMinutes(1);

    public override async Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        if (StandsAlone(context.HttpContext))
        {
            context.RejectPrincipal();
            return;
        }
        var person = context.Principal;
        if (person?.LoginId() is not { } login || person.OpenedAt() is not { } opened || time.GetUtcNow() - opened >= options.Value.EndsAfter)
        {
            await EndAsync(context);
            return;
        }
        try
        {
            var account = await live.FindAsync(login, context.HttpContext.RequestAborted);
            // The cookie's own limit is the browser's word; this is the server's, whatever copy of it comes.
            if (account is null || account.SecurityStamp != person.SecurityStamp() || time.GetUtcNow() - account.SeenAt >= options.Value.IdleFor + s_seenEvery)
            {
                await EndAsync(context);
                return;
            }
            context.ReplacePrincipal(People.Principal(account, login, opened));
            if (!IsBackground(context.HttpContext.Request) && time.GetUtcNow() - account.SeenAt >= s_seenEvery)
            {
                await logins.SeenAsync(login, time.GetUtcNow(), context.HttpContext.RequestAborted);
                live.Forget(login);
            }
        }
        catch (NpgsqlException) when (context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            // The board and the health check are for anybody and must stand while the database is away; the cookie is kept for later.
            context.RejectPrincipal();
        }
    }

    /// <summary>Only what a person does keeps a sign-in alive: what an open page asks for by itself doesn't.</summary>
    public override Task CheckSlidingExpiration(CookieSlidingExpirationContext context)
    {
        if (StandsAlone(context.HttpContext) || IsBackground(context.Request))
            context.ShouldRenew = false;
        return Task.CompletedTask;
    }

    public override Task RedirectToLogin(RedirectContext<CookieAuthenticationOptions> context)
    {
        if (context.Request.WantsPage())
            context.Response.Redirect(context.RedirectUri);
        else
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }

    public override Task RedirectToAccessDenied(RedirectContext<CookieAuthenticationOptions> context)
    {
        if (context.HttpContext.User.DoorOf() is { } door && context.Request.WantsPage())
            context.Response.Redirect(Doors.PathOf(door, HttpMethods.IsGet(context.Request.Method) ? context.Request.Path + context.Request.QueryString : null));
        else
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    private static bool StandsAlone(HttpContext http) =>
        http.GetEndpoint()?.Metadata is { } metadata
        && (metadata.GetMetadata<StandsAloneAttribute>() is not null || metadata.GetMetadata<OpensByPassAttribute>() is not null
            || metadata.GetMetadata<StaticAssetDescriptor>() is not null);

    /// <summary>Live changes, and the parts of a page that are drawn anew because of them. What is posted, a person did.</summary>
    private static bool IsBackground(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && (request.Path == ClipEvents.Address || request.Query.ContainsKey("handler"));

    private static async Task EndAsync(CookieValidatePrincipalContext context)
    {
        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
    }
}
