using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace YaoAn.Catalog;

/// <summary>What every program of the product needs of the catalog.</summary>
public static class CatalogServices
{
    /// <summary>Adds the catalog's database, its tables and the object stores, from configuration.</summary>
    public static IServiceCollection AddCatalog(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<GiveWay>();
        services.AddOptions<DataOptions>().Bind(configuration.GetSection(DataOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<S3Options>().Bind(configuration.GetSection(S3Options.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<S3Options>, S3OptionsCheck>());
        services.TryAddSingleton(_ => new CatalogDatabase(configuration.GetConnectionString("Catalog")
            ?? throw new InvalidOperationException("ConnectionStrings:Catalog is missing: the catalog's database can't be found without it.")));
        services.TryAddSingleton<RegistrationTable>();
        services.TryAddSingleton<RebuildTable>();
        services.TryAddSingleton<ClipTable>();
        services.TryAddSingleton<MediaTable>();
        services.TryAddSingleton<TrackTable>();
        services.TryAddSingleton<DerivedTable>();
        services.TryAddSingleton<VerificationTable>();
        services.TryAddSingleton<RecordingTable>();
        services.TryAddSingleton<ClockTable>();
        services.TryAddSingleton<AttributionTable>();
        services.TryAddSingleton<RotaTable>();
        services.TryAddSingleton<CensusTable>();
        services.TryAddSingleton<ViewingTable>();
        services.TryAddSingleton<CustodyTable>();
        services.TryAddSingleton<DockSessionTable>();
        services.TryAddSingleton<WorkTable>();
        services.TryAddSingleton<TaskTable>();
        services.TryAddSingleton<UnitTable>();
        services.TryAddSingleton<UnitPolicyTable>();
        services.TryAddSingleton<OfficerTable>();
        services.TryAddSingleton<ImportTable>();
        services.TryAddSingleton<RecorderTable>();
        services.TryAddSingleton<RecorderModelTable>();
        services.TryAddSingleton<RecorderDockTable>();
        services.TryAddSingleton<AllocationTable>();
        services.TryAddSingleton<KioskTable>();
        services.TryAddSingleton<BindingRequestTable>();
        services.TryAddSingleton<ReleaseTable>();
        services.TryAddSingleton<ReceiptTable>();
        services.TryAddSingleton<ChecklistTable>();
        services.TryAddSingleton<CaseTable>();
        services.TryAddSingleton<CaseSaveTable>();
        services.TryAddSingleton<ActivityTable>();
        services.TryAddSingleton<LinkTable>();
        services.TryAddSingleton<SuggestionTable>();
        services.TryAddSingleton<NotEnforcementTable>();
        services.TryAddSingleton<MarkerTable>();
        services.TryAddSingleton<InboxTable>();
        services.TryAddSingleton<LinkTargetTable>();
        services.TryAddSingleton<FilingTable>();
        services.TryAddSingleton<RetentionTable>();
        services.TryAddSingleton<CoverageTable>();
        services.TryAddSingleton<WaiverTable>();
        services.TryAddSingleton<CaseClipTable>();
        services.TryAddSingleton<CaseFeedTable>();
        services.TryAddSingleton<OverdueTable>();
        services.TryAddSingleton<MyDayTable>();
        services.TryAddSingleton(provider =>
        {
            var (time, way) = (provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<GiveWay>());
            var s3 = provider.GetRequiredService<IOptions<S3Options>>().Value;
            if (s3.Url is { Length: > 0 })
                return S3Stores.Open(s3, time, way);
            var folder = new FolderObjectStore(provider.GetRequiredService<IOptions<DataOptions>>().Value.StoreFolder, time);
            return new ObjectStores(folder, folder, way);
        });
        return services;
    }
}
