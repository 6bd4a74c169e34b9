using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Serilog;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace YaoAn.Api;

/// <summary>The host: server limits, logs, proxies, container checks. Nothing in it is about clips.</summary>
internal static class ApiHost
{
    /// <summary>Forms and JSON; the one address that takes bytes of uploads has no such limit.</summary>
    private const long MaxRequestBytes = 1 << 20;

    public static WebApplicationBuilder AddHost(this WebApplicationBuilder builder)
    {
        builder.WebHost.UseStaticWebAssets();
        // Only a developer's server serves files that changed after the build; it does so by an endpoint of its own without a policy.
        if (!builder.Environment.IsDevelopment())
            builder.Configuration["ReloadStaticAssetsAtRuntime"] = "false";
        builder.Host.UseDefaultServiceProvider(provider => (provider.ValidateScopes, provider.ValidateOnBuild) = (true, true));
        builder.WebHost.ConfigureKestrel(Limit);
        // A player that has loaded enough keeps its connection open: stopping doesn't wait for it longer than this.
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.Services.AddSerilog(
            log => log
                .MinimumLevel.Information()
                // The server's own lines hold whole addresses, and tokens stand in those.
                .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
                .MinimumLevel.Override("System", LogEventLevel.Warning)
                // A page whose sign-in is over asks on: the access log has it.
                .MinimumLevel.Override(typeof(UploadPassHandler).FullName!, LogEventLevel.Warning)
                .MinimumLevel.Override("Microsoft.Hosting.Lifetime", LogEventLevel.Information)
                // Why a start failed is told in one sentence by Program.
                .MinimumLevel.Override("Microsoft.Extensions.Hosting.Internal.Host", LogEventLevel.Fatal)
                // Keys lie in a folder that only this account can read; encryption at rest is the disk's.
                .MinimumLevel.Override("Microsoft.AspNetCore.DataProtection", LogEventLevel.Error)
                .ReadFrom.Configuration(builder.Configuration)
                .Enrich.FromLogContext()
                .WriteTo.Console(new CompactJsonFormatter()),
            preserveStaticLogger: true);
        if (builder.Configuration.GetValue<bool>("BehindProxy"))
            builder.Services.Configure<ForwardedHeadersOptions>(options => TrustProxy(options, builder.Configuration));
        return builder;
    }

    /// <summary>The order of every request, from the outside in.</summary>
    public static WebApplication UseHost(this WebApplication app)
    {
        if (app.Configuration.GetValue<bool>("BehindProxy"))
            app.UseForwardedHeaders();
        app.UseHeaders();
        app.UseLanguages();
        app.UseErrors();
        app.UseRouting();
        app.UseAccess();
        return app;
    }

    /// <summary>True where people reach this server by https, by itself or through its proxy; names and flags of cookies follow it.</summary>
    public static bool IsHttps(IConfiguration configuration) =>
        configuration.GetValue<bool>("BehindProxy")
        || (configuration["urls"] ?? "").Split(';').Any(url => url.StartsWith("https:", StringComparison.OrdinalIgnoreCase))
        || configuration.GetSection("Kestrel:Endpoints").GetChildren().Any(endpoint =>
            endpoint["Url"]?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) is true);

    /// <summary>A configured path; relative ones are below the data folder.</summary>
    public static string PathOf(IConfiguration configuration, string path) =>
        Path.GetFullPath(Path.Combine(configuration["YaoAn:DataFolder"] ?? "data", path));

    private static void Limit(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = MaxRequestBytes;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        kestrel.Limits.MaxRequestLineSize = 4 * 1024;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        kestrel.Limits.MaxConcurrentConnections = 1000;
        // A paused player reads nothing for as long as it likes; that is no attack.
        kestrel.Limits.MinResponseDataRate = null;
    }

    private static void TrustProxy(ForwardedHeadersOptions options, ConfigurationManager configuration)
    {
        options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
        // A proxy on this machine is trusted by default; others by address only.
        foreach (var address in configuration.GetSection("ProxyAddresses").Get<string[]>() ?? [])
            options.KnownProxies.Add(System.Net.IPAddress.Parse(address));
    }
}
