using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using YaoAn.Catalog;
using YaoAn.Ingest;
using YaoAn.Tests.Station;

namespace YaoAn.Benchmarks;

/// <summary>
/// 02 itself, by the services that <c>ingest</c> runs with: from the open file on the card to <c>intake.json</c> and the note in the journal, as many
/// files at once as a station takes. The files are listed and known to be quiet before, which is 01; nobody else of the station runs.
/// </summary>
/// <param name="name">What stands in the table.</param>
/// <param name="readsBack">Whether the copy is read again from the medium and compared, as a station always does.</param>
internal sealed class OwnIntake(string name, bool readsBack) : Contender(name)
{
    private ServiceProvider? _services;

    /// <summary>Runs once all that is compiled while it runs, so that no time has that in it: a station has run for days.</summary>
    public static async Task WarmUpAsync(string folder)
    {
        var card = await Card.WriteAsync(Path.Combine(folder, "warm"), files: 2, 64 << 20);
        for (var round = 0; round < 3; round++)
            await Race.OnceAsync(new OwnIntake("warm-up", readsBack: true), card, folder, isChecked: false);
        Directory.Delete(card.Folder, recursive: true);
    }

    public override Task<Func<Task>> PrepareAsync(Card card, string target)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["YaoAn:DataFolder"] = target, ["ConnectionStrings:Catalog"] = "Host=127.0.0.1;Port=1" })
            .Build();
        _services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning))
            .AddIngest(configuration)
            .PostConfigure<CopyOptions>(options => options.ReadsBack = readsBack)
            .BuildServiceProvider();
        var (copy, gate, book) = (_services.GetRequiredService<CopyFile>(), _services.GetRequiredService<CopyGate>(), _services.GetRequiredService<IntakeBook>());
        var files = Listed(card.Folder);
        return Task.FromResult<Func<Task>>(() => Task.WhenAll(files.Select(file => TakeAsync(copy, gate, book, file))));
    }

    public override async Task<string?> FaultAsync(Card card, string target)
    {
        var wanted = card.Digests.Values.ToHashSet();
        foreach (var intake in Directory.EnumerateDirectories(Path.Combine(target, "spool")))
        {
            using var manifest = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(intake, "intake.json")));
            var digest = manifest.RootElement.GetProperty("sha256").GetString()!;
            if (!wanted.Remove(digest) || await Footage.DigestAsync(Path.Combine(intake, "original")) != digest)
                return $"{intake} isn't what was on the card";
        }
        return wanted.Count == 0 ? null : $"{wanted.Count} files are not behind the durable line";
    }

    public override async ValueTask EndAsync()
    {
        if (_services is { } services)
            await services.DisposeAsync();
        _services = null;
    }

    /// <summary>As a slot's watcher does it: a turn, and a thread of its own.</summary>
    private static async Task TakeAsync(CopyFile copy, CopyGate gate, IntakeBook book, FootageFile file)
    {
        using var turn = await gate.EnterAsync(CancellationToken.None);
        var result = await Task.Factory.StartNew(
            () => copy.Run(file, _ => { }, new SourceWatch(), CancellationToken.None), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        if (result.Outcome != CopyOutcome.Copied)
            throw new IOException($"02 ended with {result.Outcome}: {result.Detail}");
        book.Spooled(result.Manifest!);
    }

    private static List<FootageFile> Listed(string folder)
    {
        using var root = new SlotFolder(folder);
        var now = TimeProvider.System.GetUtcNow();
        return
        [
            .. root.List().Entries.Select(entry => new FootageFile
            {
                SlotPath = folder,
                RawPath = entry.RawPath,
                Stat = entry.Stat,
                Session = SessionId.New(now),
                Slot = 1,
                Source = "dock",
                Recorder = new RecorderIdentity("BENCH", "BENCH", "binding"),
                Attached = now,
            }),
        ];
    }
}
