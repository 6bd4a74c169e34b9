using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Ingest.Tests;

/// <summary>
/// The services of one station as the program makes them, on a data folder and a schema of their own. Hangfire alone is replaced: what it
/// would wake is noted in <see cref="Wakes"/>.
/// </summary>
internal sealed class Station : IAsyncDisposable
{
    /// <summary>A database that nobody listens at: docking must not notice.</summary>
    public const string NoDatabase = "Host=127.0.0.1;Port=1;Database=none;Username=none;Timeout=1";

    private readonly TempFolder? _ownFolder;
    private readonly ServiceProvider _services;

    private Station(string folder, TempFolder? ownFolder, string database, TimeProvider time, Dictionary<string, string?> settings)
    {
        (Folder, _ownFolder) = (folder, ownFolder);
        settings.TryAdd("YaoAn:DataFolder", folder);
        settings.TryAdd("ConnectionStrings:Catalog", database);
        settings.TryAdd("Station:Slots", "2");
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddSingleton(time);
        services.AddSingleton<IClipWaker>(new NotedWakes(Wakes));
        services.AddLogging(logging => logging.AddProvider(new NotedLines(Warnings)).SetMinimumLevel(LogLevel.Warning));
        services.AddIngest(configuration);
        _services = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = false, ValidateScopes = true });
    }

    public string Folder { get; }

    public ConcurrentQueue<(ClipId Clip, string Queue)> Wakes { get; } = new();

    /// <summary>Warnings and errors in the log.</summary>
    public ConcurrentQueue<string> Warnings { get; } = new();

    public static Station Docking(FakeTimeProvider clock, params (string Name, string Value)[] settings) =>
        In(new TempFolder(), NoDatabase, clock, settings);

    public static Station Whole(TestDatabase database, params (string Name, string Value)[] settings) =>
        In(new TempFolder(), database.App, TimeProvider.System, settings);

    /// <summary>With a clock that a test moves.</summary>
    public static Station Whole(TestDatabase database, FakeTimeProvider clock) => In(new TempFolder(), database.App, clock, []);

    /// <summary>Settings of a station whose store is a bucket of the real S3 server.</summary>
    public static (string Name, string Value)[] OnBucket(TempFolder keys, string bucket) =>
    [
        ("Store:Url", $"{TestS3.Server}{bucket}"),
        ("Store:AccessKeyFile", keys.Write("access", Encoding.UTF8.GetBytes(TestS3.Keys.Access))),
        ("Store:SecretKeyFile", keys.Write("secret", Encoding.UTF8.GetBytes(TestS3.Keys.Secret))),
    ];

    /// <summary>The same data folder after a restart.</summary>
    public static Station Restarted(string folder, FakeTimeProvider clock, params (string Name, string Value)[] settings) =>
        new(folder, null, NoDatabase, clock, settings.ToDictionary(s => s.Name, s => (string?)s.Value));

    private static Station In(TempFolder folder, string database, TimeProvider time, (string Name, string Value)[] settings) =>
        new(folder.Path, folder, database, time, settings.ToDictionary(s => s.Name, s => (string?)s.Value));

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _ownFolder?.Dispose();
    }

    private sealed class NotedWakes(ConcurrentQueue<(ClipId Clip, string Queue)> wakes) : IClipWaker
    {
        public void Wake(ClipId clip, string queue) => wakes.Enqueue((clip, queue));

        public void WakeVerification(VerificationId verification) => throw new NotSupportedException();
    }

    private sealed class NotedLines(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, Microsoft.Extensions.Logging.EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{formatter(state, exception)} {exception?.GetType().Name} {exception?.Message}");

        public void Dispose()
        {
        }
    }
}
