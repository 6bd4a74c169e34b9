using System.Security.Claims;

namespace YaoAn.Api;

/// <summary>Signing in and out, and the pages of set-up links.</summary>
internal static class AccessFeature
{
    public static IEndpointRouteBuilder MapAccess(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/sign-out", SignOutAsync).RequireAuthorization(Rights.AtTheDoor).ExcludeFromDescription();
        routes.MapGet("/", (ClaimsPrincipal person) => TypedResults.Redirect(Home(person))).RequireAuthorization(Rights.SignedIn).ExcludeFromDescription();
        return routes;
    }

    /// <summary>The page that a person begins with. Who sees samples alone has no work here, who waits for a role only himself.</summary>
    public static string Home(ClaimsPrincipal person) =>
        person.DoorOf() is { } door ? Doors.PathOf(door, null)
        : person.IsSampleOnly() ? "/clips" : person.HasClaim(claim => claim.Type == ClaimTypes.Role) ? "/today" : "/me";

    private static async Task<IResult> SignOutAsync(HttpContext http, SignIns signIns)
    {
        await signIns.EndAsync(http);
        return TypedResults.Redirect("/sign-in");
    }
}
