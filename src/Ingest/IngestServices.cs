using Hangfire;
using Hangfire.PostgreSql;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>What this process does: <c>dock</c> watches slots and stores, <c>work</c> probes, makes previews and verifies.</summary>
[Flags]
internal enum IngestRoles
{
    None = 0,
    Dock = 1,
    Work = 2,
}

/// <summary>Services of Ingest, written out in the order of a clip's way.</summary>
internal static class IngestServices
{
    public static IServiceCollection AddIngest(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddCatalog(configuration);
        services.AddOptions<StationOptions>().Bind(configuration.GetSection(StationOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<CopyOptions>().Bind(configuration.GetSection(CopyOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<WorkOptions>().Bind(configuration.GetSection(WorkOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton<StationKeys>();
        // 01
        services.TryAddSingleton(_ => RecorderProfiles.Load());
        services.TryAddSingleton<RecorderIdentifier>();
        services.TryAddSingleton<JournalTable>();
        services.TryAddSingleton<IntakeBook>();
        services.TryAddSingleton<DockStation>();
        services.TryAddSingleton<HolderBook>();
        services.TryAddSingleton<Board>();
        services.TryAddSingleton<SlotWatcherFactory>();
        services.TryAddSingleton<WriteBindings>();
        services.AddOptions<UploadOptions>().Bind(configuration.GetSection(UploadOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton<UploadFolder>();
        services.TryAddSingleton<UploadSessions>();
        services.TryAddSingleton<Uploads>();
        services.TryAddSingleton<UploadViews>();
        // 02
        services.TryAddSingleton<Spool>();
        services.TryAddSingleton<SpoolReplay>();
        services.TryAddSingleton<CopyGate>();
        services.TryAddSingleton<CopyFile>();
        services.TryAddSingleton<TakeUploads>();
        // 03
        services.TryAddSingleton<RegisterSignal>();
        services.TryAddSingleton<RegisterSpooled>();
        services.TryAddSingleton<RegisterService>();
        // 04
        services.TryAddSingleton<StoreSignal>();
        services.TryAddSingleton<StoreService>();
        services.TryAddSingleton<SettleIntakes>();
        services.TryAddSingleton<StoreClip>();
        services.TryAddSingleton<DeviceDeleteProof.Maker>();
        services.TryAddSingleton<ReleaseCopies>();
        // 05
        services.TryAddSingleton<Sandbox>();
        services.TryAddSingleton<StoredFiles>();
        services.TryAddSingleton<FfprobeReader>();
        services.TryAddSingleton<MetadataReader>();
        services.TryAddSingleton<ProbeEarly>();
        services.TryAddSingleton<TrackReader>();
        services.TryAddSingleton<ReadTracks>();
        services.TryAddSingleton<ProbeClip>();
        // 06
        services.TryAddSingleton<LivePreviews>();
        services.TryAddSingleton<DerivedFiles>();
        services.TryAddSingleton<CodeReader>();
        services.TryAddSingleton<ReadStationClock>();
        services.TryAddSingleton<ReadGpsClock>();
        services.TryAddSingleton<PreviewClip>();
        // 07
        services.TryAddSingleton<LinkClip>();
        services.TryAddSingleton<LinkDue>();
        // 09
        services.TryAddSingleton<VerifyClip>();
        services.TryAddSingleton<BureauDay>();
        services.TryAddSingleton<VerifyRota>();
        services.TryAddSingleton<StoreCensus>();
        services.TryAddSingleton<SpoolCensus>();
        services.TryAddSingleton<RebuildCatalog>();
        // the flow, and who calls it
        services.TryAddSingleton<ClipPipeline>();
        services.TryAddSingleton<IClipJobs, ClipJobs>();
        services.TryAddSingleton<IClipWaker, HangfireWaker>();
        services.TryAddSingleton<StartupCheck>();
        services.TryAddSingleton<Doctor>();
        return services;
    }

    /// <summary>Adds what runs by itself in a service.</summary>
    public static IServiceCollection AddRoles(this IServiceCollection services, IConfiguration configuration, IngestRoles roles)
    {
        services.AddHangfireClient(configuration);
        var station = configuration.GetSection(StationOptions.Section).Get<StationOptions>() ?? new StationOptions();
        if (roles.HasFlag(IngestRoles.Dock))
        {
            services.AddHostedService<DockService>();
            services.AddHostedService(provider => provider.GetRequiredService<TakeUploads>());
            services.AddHostedService(provider => provider.GetRequiredService<RegisterService>());
            services.AddHostedService(provider => provider.GetRequiredService<StoreService>());
            services.AddHostedService(provider => provider.GetRequiredService<WriteBindings>());
            services.AddHostedService(provider => provider.GetRequiredService<ReleaseCopies>());
            services.AddHostedService<StationWatch>();
        }
        if (roles.HasFlag(IngestRoles.Work))
        {
            services.AddHostedService<Timetable>();
            services.AddHangfireServer(options => Configure(
                options, station.Name + "-work", [WorkQueues.Media, WorkQueues.Verify], Environment.ProcessorCount));
            services.AddHangfireServer(options => Configure(
                options, station.Name + "-transcode", [WorkQueues.Transcode], Math.Max(1, Environment.ProcessorCount / 2)));
        }
        return services;
    }

    /// <summary>Hangfire on PostgreSQL: at-least-once wakes. Its own retries are off; the truth and the next attempt are in our tables.</summary>
    public static IServiceCollection AddHangfireClient(this IServiceCollection services, IConfiguration configuration) =>
        services.AddHangfire((provider, hangfire) => hangfire
            .UseSimpleAssemblyNameTypeSerializer()
            .UseRecommendedSerializerSettings()
            .UseFilter(new AutomaticRetryAttribute { Attempts = 0, OnAttemptsExceeded = AttemptsExceededAction.Delete })
            .UsePostgreSqlStorage(
                storage => storage.UseNpgsqlConnection(configuration.GetConnectionString("Catalog")),
                new PostgreSqlStorageOptions
                {
                    SchemaName = provider.GetRequiredService<IOptions<WorkOptions>>().Value.HangfireSchema,
                    PrepareSchemaIfNecessary = false,
                    UseSlidingInvisibilityTimeout = true,
                    InvisibilityTimeout = TimeSpan.FromMinutes(2),
                    QueuePollInterval = TimeSpan.FromSeconds(1),
                    EnableLongPolling = true,
                    DistributedLockTimeout = TimeSpan.FromSeconds(30),
                }));

    private static void Configure(BackgroundJobServerOptions options, string name, string[] queues, int workers)
    {
        options.ServerName = name;
        options.Queues = queues;
        options.WorkerCount = workers;
        options.ShutdownTimeout = TimeSpan.FromSeconds(20);
        options.SchedulePollingInterval = TimeSpan.FromSeconds(15);
    }
}
