using Microsoft.Extensions.DependencyInjection.Extensions;
using QRCoder;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>The clock of <c>/dock/clock</c> as a code that recorders film. Open to anyone, like the board; needs no database.</summary>
internal sealed class StationClock(BureauKey bureau, TimeProvider time)
{
    public static IServiceCollection AddTo(IServiceCollection services)
    {
        services.TryAddSingleton<StationClock>();
        return services;
    }

    public static void MapTo(IEndpointRouteBuilder routes) =>
        routes.MapGet("/dock/clock.svg", PictureAsync).AllowAnonymous().WithMetadata(new StandsAloneAttribute()).ExcludeFromDescription();

    /// <summary>Whether this machine's clock follows a time server; a kernel that doesn't tell counts as one that doesn't.</summary>
    public static bool IsSynchronized => Posix.ClockIsSynchronized() is true;

    private static async Task<IResult> PictureAsync(HttpContext context, StationClock clock, CancellationToken ct)
    {
        // A picture that any cache kept would show a past time as the present one.
        context.Response.Headers.CacheControl = "no-store";
        return await clock.CodeAsync(ct) is { } code ? Results.Text(SvgOf(code), "image/svg+xml") : Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>The code of now; null where this machine has no bureau's key.</summary>
    private async Task<string?> CodeAsync(CancellationToken ct) =>
        await bureau.ReadAsync(ct) is { } key ? StationClockCode.Of(time.GetUtcNow(), IsSynchronized, key) : null;

    private static string SvgOf(string code)
    {
        using var data = QRCodeGenerator.GenerateQrCode(code, QRCodeGenerator.ECCLevel.M);
        using var picture = new SvgQRCode(data);
        return picture.GetGraphic(pixelsPerModule: 10);
    }
}
