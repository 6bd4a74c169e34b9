using Microsoft.Extensions.Time.Testing;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Ingest.Tests;

/// <summary>Days of the census, with the clock moved from one to the next.</summary>
public sealed class CensusTests : IAsyncLifetime
{
    private readonly TestDatabase _database = new();
    private readonly TempFolder _card = new();
    // 2026-11-24 09:02 in Shanghai: today's is due.
    private readonly FakeTimeProvider _clock = new(Given.Now);
    private Station? _station;

    private FolderObjectStore Store => (FolderObjectStore)_station!.Get<ObjectStores>().Originals;

    private CensusTable Table => _station!.Get<CensusTable>();

    public async Task InitializeAsync()
    {
        await _database.InitializeAsync();
        if (TestDatabase.Given)
            _station = Station.Whole(_database, _clock);
    }

    public async Task DisposeAsync()
    {
        if (_station is not null)
            await _station.DisposeAsync();
        _card.Dispose();
        await _database.DisposeAsync();
    }

    [SkippableFact]
    public async Task A_store_that_is_as_the_catalog_says_is_good_and_counted_once_a_day()
    {
        TestDatabase.Need();
        await StoredAsync();
        await StoredAsync();
        var row = (await CountAsync())!;
        Assert.Equal(("good", 2, 2, 10_000, 2, 0), (row.Result, row.Clips, row.Objects, row.ObjectBytes, row.Locks, row.Findings));
        Assert.Null(await CountAsync());
        // 02:00 in Shanghai: too early for the next day's.
        _clock.Advance(TimeSpan.FromHours(17));
        Assert.Null(await CountAsync());
        _clock.Advance(TimeSpan.FromHours(3));
        Assert.Equal("good", (await CountAsync())!.Result);
        Assert.Equal(2, (await Table.LastAsync(default))[0].Clips);
    }

    [SkippableFact]
    public async Task A_row_without_its_object_turns_the_clip_red_and_closes_after_the_repair()
    {
        TestDatabase.Need();
        var clip = await StoredAsync();
        var path = Store.PathOf(ObjectKey.Original(clip));
        Unlock(clip);
        var bytes = await File.ReadAllBytesAsync(path);
        File.Delete(path);
        _clock.Advance(TimeSpan.FromMinutes(1));
        var row = (await CountAsync())!;
        Assert.Equal(("findings", 1, 0, 1), (row.Result, row.Clips, row.Objects, row.Findings));
        var found = Assert.Single(await Table.FindingsAsync(null, null, 10, default));
        Assert.Equal(("missing", ObjectKey.Original(clip).Value, clip, "5000", null), (found.Kind, found.Subject, found.ClipId!.Value, found.Expected, found.Found));
        var red = (await _station!.Get<ClipTable>().FindForWorkAsync(clip, default))!;
        Assert.Equal((ClipHealth.Damaged, "missing"), (red.Health, red.HealthReason));
        Assert.Contains(await _station.Get<CustodyTable>().OfClipAsync(Given.Reviewer(), clip, default), entry => entry.Kind == CustodyKinds.ClipDamaged);
        Assert.Equal(VerificationReasons.Census, (await _station.Get<VerificationTable>().OfClipAsync(clip, default))[0].Reason);

        // It is known: the next day finds it again, and asks for no second reading.
        NextDay();
        Assert.Equal("findings", (await CountAsync())!.Result);
        Assert.Equal(2, (await _station.Get<VerificationTable>().OfClipAsync(clip, default)).Count);
        Assert.Equal(Given.Now.Date, (await Table.FindingsAsync(null, null, 10, default))[0].FirstSeenAt.Date);

        await File.WriteAllBytesAsync(path, bytes);
        NextDay();
        Assert.Equal("good", (await CountAsync())!.Result);
        Assert.Empty(await Table.FindingsAsync(null, null, 10, default));
        Assert.Equal("missing", Assert.Single(await Table.FindingsAsync(Given.Now, null, 10, default)).Kind);
    }

    [SkippableFact]
    public async Task Size_lock_and_manifest_are_compared()
    {
        TestDatabase.Need();
        var (longer, shorter, alone) = (await StoredAsync(), await StoredAsync(), await StoredAsync());
        Unlock(longer, shorter, alone);
        await File.AppendAllTextAsync(Store.PathOf(ObjectKey.Original(longer)), "x");
        var retention = Path.Combine(Path.GetDirectoryName(Store.PathOf(ObjectKey.Original(shorter)))!, "retention.json");
        await File.WriteAllTextAsync(retention, """{"Until":"2026-12-01T00:00:00+00:00"}""");
        File.Delete(Store.PathOf(ObjectKey.Manifest(alone, new IntakeId(alone.Value))));
        Assert.Equal(("findings", 3), ((await CountAsync())!.Result, (await Table.FindingsAsync(null, null, 10, default)).Count));
        var found = (await Table.FindingsAsync(null, null, 10, default)).ToDictionary(row => row.Kind);
        Assert.Equal((longer, "5000", "5001"), (found["size"].ClipId!.Value, found["size"].Expected, found["size"].Found));
        Assert.Equal((shorter, "2026-12-01T00:00:00.0000000Z"), (found["lock"].ClipId!.Value, found["lock"].Found));
        Assert.Equal(alone, found["no-manifest"].ClipId!.Value);
        Assert.Equal(ClipHealth.Damaged, (await _station!.Get<ClipTable>().FindForWorkAsync(longer, default))!.Health);
        Assert.Equal(ClipHealth.Ok, (await _station.Get<ClipTable>().FindForWorkAsync(shorter, default))!.Health);
        Assert.Equal(1, (await Table.OpenAsync(default))["lock"]);
    }

    [SkippableFact]
    public async Task What_the_catalog_does_not_know_is_named_and_stays()
    {
        TestDatabase.Need();
        await StoredAsync();
        var stranger = ClipId.New(Given.Now);
        await Store.PutNewAsync(ObjectKey.Original(stranger), new ObjectSource.FromMemory(Given.Bytes(77)), default);
        Directory.CreateDirectory(Path.Combine(_station!.Folder, "store", "originals", "Urlaub"));
        await File.WriteAllTextAsync(Path.Combine(_station.Folder, "store", "originals", "Urlaub", "Bild 1.JPG"), "x");
        Assert.Equal(("findings", 2), ((await CountAsync())!.Result, (await Table.FindingsAsync(null, null, 10, default)).Count));
        var found = (await Table.FindingsAsync(null, null, 10, default)).ToDictionary(row => row.Kind);
        Assert.Equal((ObjectKey.Original(stranger).Value, "77"), (found["untracked"].Subject, found["untracked"].Found));
        Assert.Equal("originals/Urlaub/Bild 1.JPG", found["strange"].Subject);
        Assert.True(File.Exists(Store.PathOf(ObjectKey.Original(stranger))));
        Assert.Single(await Table.FindingsAsync(null, "strange", 10, default));
    }

    [SkippableFact]
    public async Task A_clip_that_waits_for_04_is_neither_missing_nor_untracked()
    {
        TestDatabase.Need();
        var waiting = await RegisteredAsync();
        await Store.PutNewAsync(ObjectKey.Original(waiting), new ObjectSource.FromMemory(Given.Bytes(5000)), default);
        await RegisteredAsync();
        Assert.Equal(("good", 0), ((await CountAsync())!.Result, (await Table.FindingsAsync(null, null, 10, default)).Count));
    }

    [SkippableFact]
    public async Task A_store_that_is_away_is_asked_again_an_hour_later_and_closes_nothing()
    {
        TestDatabase.Need();
        var clip = await StoredAsync();
        Unlock(clip);
        File.Delete(Store.PathOf(ObjectKey.Original(clip)));
        Assert.Equal("findings", (await CountAsync())!.Result);
        NextDay();
        var store = Path.Combine(_station!.Folder, "store");
        Directory.Move(store, store + ".away");
        await File.WriteAllTextAsync(store, "no folder");
        Assert.Equal("broken", (await CountAsync())!.Result);
        Assert.Null(await CountAsync());
        Assert.Single(await Table.FindingsAsync(null, null, 10, default));
        File.Delete(store);
        Directory.Move(store + ".away", store);
        await File.WriteAllTextAsync(Store.PathOf(ObjectKey.Original(clip)), new string('x', 4999));
        _clock.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal("findings", (await CountAsync())!.Result);
        Assert.Equal("size", Assert.Single(await Table.FindingsAsync(null, null, 10, default)).Kind);
    }

    [SkippableFact]
    public async Task A_disk_that_is_not_mounted_turns_no_clip_red()
    {
        TestDatabase.Need();
        var clips = new[] { await StoredAsync(), await StoredAsync() };
        Directory.Move(Path.Combine(_station!.Folder, "store"), Path.Combine(_station.Folder, "store.away"));
        Directory.CreateDirectory(Path.Combine(_station.Folder, "store"));
        var row = (await CountAsync())!;
        Assert.Equal("broken", row.Result);
        Assert.Contains("mounted", row.Detail, StringComparison.Ordinal);
        foreach (var clip in clips)
            Assert.Equal(ClipHealth.Ok, (await _station.Get<ClipTable>().FindForWorkAsync(clip, default))!.Health);
    }

    [SkippableFact]
    public async Task What_an_interrupted_put_left_is_removed_after_a_day()
    {
        TestDatabase.Need();
        var clip = await StoredAsync();
        Unlock(clip);
        var (old, young) = (Store.PathOf(ObjectKey.Original(clip)) + ".a.part", Store.PathOf(ObjectKey.Original(clip)) + ".b.part");
        foreach (var (path, hours) in (IEnumerable<(string, int)>)[(old, 25), (young, 23)])
        {
            await File.WriteAllTextAsync(path, "half");
            File.SetLastWriteTimeUtc(path, (_clock.GetUtcNow() - TimeSpan.FromHours(hours)).UtcDateTime);
        }
        var row = (await CountAsync())!;
        Assert.Equal(("good", 1), (row.Result, row.Swept));
        Assert.Equal((false, true), (File.Exists(old), File.Exists(young)));
    }

    [SkippableFact]
    public async Task What_lies_in_the_spool_for_long_is_named()
    {
        TestDatabase.Need();
        var unregistered = _station!.Copied(_card);
        var registered = await RegisteredAsync();
        var interrupted = IntakeId.New(Given.Now);
        _station!.Get<Spool>().Begin(interrupted).Dispose();
        Directory.SetLastWriteTimeUtc(Path.Combine(_station.Folder, "spool", interrupted.ToString()), Given.Now.UtcDateTime);
        var row = (await _station.Get<SpoolCensus>().RunAsync(default))!;
        Assert.Equal(("good", 2, 1), (row.Result, row.Objects, row.Clips));
        Assert.Null(await _station.Get<SpoolCensus>().RunAsync(default));

        NextDay();
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(("findings", 3), ((await _station.Get<SpoolCensus>().RunAsync(default))!.Result, (await Table.FindingsAsync(null, null, 10, default)).Count));
        var found = (await Table.FindingsAsync(null, null, 10, default)).ToDictionary(finding => finding.Kind);
        Assert.Equal((unregistered.ToString(), "spool:station-1"), (found["unregistered"].Subject, found["unregistered"].Scope));
        Assert.Equal(registered, found["unstored"].ClipId!.Value);
        Assert.Equal(interrupted.ToString(), found["interrupted"].Subject);

        await _station.Get<RegisterSpooled>().RunAsync(unregistered, default);
        foreach (var clip in (ClipId[])[registered, new ClipId(unregistered.Value)])
            Assert.Equal(AdvanceOutcome.Advanced, await _station.Get<ClipPipeline>().AdvanceAsync(clip, default));
        _station.Get<Spool>().DiscardInterrupted(new HashSet<IntakeId>());
        NextDay();
        Assert.Equal("good", (await _station.Get<SpoolCensus>().RunAsync(default))!.Result);
        // The store's census has a scope of its own.
        Assert.Equal("good", (await CountAsync())!.Result);
        Assert.Equal(["store", "spool:station-1"], (await Table.LastAsync(default)).Select(last => last.Scope));
    }

    private Task<CensusRow?> CountAsync() => _station!.Get<StoreCensus>().RunAsync(default);

    private void NextDay() => _clock.Advance(TimeSpan.FromDays(1));

    private Task<ClipId> StoredAsync() => _station!.StoredAsync(_card);

    private Task<ClipId> RegisteredAsync() => _station!.RegisteredAsync(_card);

    private void Unlock(params IEnumerable<ClipId> clips)
    {
        foreach (var clip in clips)
        {
            var folder = Path.GetDirectoryName(Store.PathOf(ObjectKey.Original(clip)))!;
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            foreach (var file in Directory.GetFiles(folder))
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }
}
