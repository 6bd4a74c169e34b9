using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>What the program consists of, feature by feature.</summary>
internal static class ApiServices
{
    /// <summary>Exit code: something needed is missing; the message says what.</summary>
    public const int ExitMissing = 3;

    public static IServiceCollection AddApi(this IServiceCollection services, IConfiguration configuration) => services
        .AddCatalog(configuration)
        .AddErrors()
        .AddAccess(configuration)
        .AddPages()
        .AddDockBoard(configuration)
        .AddClips(configuration)
        .AddUploads()
        .AddAdministration()
        .AddEquipment()
        .AddCases()
        .AddChecklists()
        .AddLinking()
        .AddOverdue(configuration)
        .AddToday()
        .AddHealth()
        .AddDescription();

    public static WebApplication MapApi(this WebApplication app)
    {
        app.MapStaticAssets().AllowAnonymous();
        app.MapRazorPages().WithStaticAssets();
        app.MapDockBoard();
        app.MapAccess();
        app.MapHealth();
        app.MapGroup("/api/v1").MapClipsApi().MapUploadsApi().MapUnitsApi().MapOfficersApi().MapRecordersApi().MapClocksApi().MapOverdueApi().MapCasesApi().MapWaiversApi().MapChecklistsApi().MapCaseEventsApi().MapDecisionsApi().MapSuggestionsApi().MapMarkersApi();
        app.MapClipMedia();
        app.MapDescription();
        return app;
    }

    /// <summary>One sentence for whoever started it, instead of a stack.</summary>
    public static string? ReasonNotToStart(Exception exception) => exception switch
    {
        StartRefusedException refused => refused.Message,
        OptionsValidationException invalid => string.Join(Environment.NewLine, invalid.Failures),
        IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } inUse => inUse.Message,
        _ => null,
    };
}
