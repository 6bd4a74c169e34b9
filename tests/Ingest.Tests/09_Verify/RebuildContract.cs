using System.Globalization;
using System.Text;
using Dapper;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Ingest.Tests.Probe;
using YaoAn.Tests.Support;

namespace YaoAn.Ingest.Tests;

/// <summary>The catalog dropped and made again from the store; what it knew of each clip is compared column by column.</summary>
public abstract class RebuildContract : IAsyncLifetime
{
    private static readonly string[] s_evidence = ["clip", "provenance"];
    private readonly TempFolder _alone = new();
    private Station? _station;
    private Station? _rebuilt;

    private protected TestDatabase Before { get; } = new();

    private protected TestDatabase After { get; } = new();

    private protected TempFolder Card { get; } = new();

    protected virtual (string Name, string Value)[] Settings => [];

    private protected Station Own => _station!;

    /// <summary>Another machine, which has the store and nothing else.</summary>
    private protected Station Rebuilt => _rebuilt!;

    private protected IObjectStore Store => Own.Get<ObjectStores>().Originals;

    public async Task InitializeAsync()
    {
        await Before.InitializeAsync();
        await After.InitializeAsync();
        if (!TestDatabase.Given || !IsGiven())
            return;
        _station = Station.Whole(Before, Settings);
        await Store.PrepareAsync(default);
        await _station.Get<ObjectStores>().Derived.PrepareAsync(default);
        _rebuilt = Station.Whole(After, [.. Settings, ("Station:Name", "server-2"), .. Store is FolderObjectStore ? [("YaoAn:DataFolder", StoreAlone())] : Array.Empty<(string, string)>()]);
    }

    public async Task DisposeAsync()
    {
        if (_rebuilt is not null)
            await _rebuilt.DisposeAsync();
        if (_station is not null)
            await _station.DisposeAsync();
        Card.Dispose();
        _alone.Dispose();
        await After.DisposeAsync();
        await Before.DisposeAsync();
    }

    protected virtual bool IsGiven() => true;

    protected virtual void Need() => TestDatabase.Need();

    [SkippableFact]
    public async Task Every_evidence_field_of_a_dropped_catalog_comes_back_from_the_store()
    {
        Need();
        Media.NeedTools();
        await GivenStationOfAllSortsAsync();
        var before = await DumpAsync(Before);

        var report = await RebuildAsync();
        Assert.Equal((before["clip"].Count, 0, 0), (report.Of(RebuildOutcome.Rebuilt), report.Unread, report.Findings.Count));
        await AdvanceAllAsync(Rebuilt, After);
        var after = await DumpAsync(After);
        foreach (var table in s_evidence)
            Same(table, before[table], after[table]);
        Assert.Equal(before["provenance"].Select(row => row["session_id"]).Distinct().Order(), after["dock_session"].Select(row => row["session_id"]));
        Assert.All(after["dock_session"], row => Assert.Equal(("station-1", "3", "dock"), (row["station"], row["slot"], row["source"])));

        foreach (var clip in await ClipsAsync(After))
        {
            var events = await Rebuilt.Get<CustodyTable>().OfClipAsync(Given.Reviewer(), clip, default);
            Assert.Equal(CustodyKinds.ClipRebuilt, events[0].Kind);
            Assert.Single(events, row => row.Kind == CustodyKinds.ClipRebuilt);
            Assert.DoesNotContain(events, row => row.Kind is CustodyKinds.ClipRegistered or CustodyKinds.ClipStored);
            Assert.Equal("match", (await Rebuilt.Get<VerificationTable>().OfClipAsync(clip, default)).Single().Result);
        }
        Assert.Empty(Rebuilt.Warnings);
    }

    [SkippableFact]
    public async Task A_second_run_changes_nothing_and_one_that_was_stopped_goes_on()
    {
        Need();
        for (var file = 0; file < 6; file++)
            await StoreAsync($"record-{file}.dat", Given.Bytes(3000 + file));
        using var stop = new CancellationTokenSource();
        var stopped = new RebuildReport();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Rebuilt.Get<RebuildCatalog>().RunAsync(
            stopped,
            now =>
            {
                if (now.Looked == 2)
                    stop.Cancel();
            },
            stop.Token));
        Assert.InRange((await ClipsAsync(After)).Count, 2, 3);

        var report = await RebuildAsync();
        Assert.Equal(6, report.Of(RebuildOutcome.Rebuilt) + report.Of(RebuildOutcome.Known));
        var once = await DumpAsync(After);
        var again = await RebuildAsync();
        Assert.Equal((6, 0, 0), (again.Of(RebuildOutcome.Known), again.Of(RebuildOutcome.Rebuilt), again.Findings.Count));
        var twice = await DumpAsync(After);
        foreach (var table in s_evidence)
            Same(table, once[table], twice[table]);
        Assert.Equal(6, await CountAsync(After, "select count(*) from custody_event"));
    }

    [SkippableFact]
    public async Task A_catalog_that_was_restored_from_an_older_time_gets_what_it_lacks()
    {
        Need();
        var bytes = Given.Bytes(4000);
        var (clip, _) = await StoreAsync("a.dat", bytes);
        var (_, second) = await StoreAsync("copy of a.dat", bytes);
        var (registered, _) = await StoreAsync("b.dat", Given.Bytes(2000));
        await StoreAsync("c.dat", Given.Bytes(2000));
        await RebuildAsync();
        var whole = await DumpAsync(After);
        // As a backup of an hour before would have it: one sighting less, one clip not stored yet, one not there at all.
        await ExecuteAsync(After, $"delete from provenance where intake_id = '{second}'");
        await ExecuteAsync(After, $"delete from verification where clip_id = '{registered}'");
        await ExecuteAsync(After, $"update clip set stage = 'registered', sm3 = null, stored_at = null, locked_until = null, lock_strength = null, verified_at = null where clip_id = '{registered}'");
        foreach (var table in (string[])["provenance", "verification", "clip_work", "clip"])
            await ExecuteAsync(After, $"delete from {table} where clip_id = (select max(clip_id::text)::uuid from clip)");

        var report = await RebuildAsync();
        Assert.Equal((1, 2, 0), (report.Of(RebuildOutcome.Rebuilt), report.Of(RebuildOutcome.Completed), report.Findings.Count));
        var after = await DumpAsync(After);
        foreach (var table in s_evidence)
            Same(table, whole[table], after[table]);
        Assert.Contains(await Rebuilt.Get<CustodyTable>().OfClipAsync(Given.Reviewer(), clip, default), row => row.Kind == CustodyKinds.ClipRebuilt && Encoding.UTF8.GetString(row.Body!).Contains("\"added\":1", StringComparison.Ordinal));
    }

    /// <summary>The data folder of another machine: the same store, and nothing else.</summary>
    private string StoreAlone()
    {
        Directory.CreateDirectory(Path.Combine(Own.Folder, "store"));
        Directory.CreateSymbolicLink(_alone.At("store"), Path.Combine(Own.Folder, "store"));
        return _alone.Path;
    }

    /// <summary>Video, photo, text and sound; a duplicate of another recorder; a sidecar; names that are no UTF-8, too odd or empty of meaning.</summary>
    private async Task GivenStationOfAllSortsAsync()
    {
        Media.Clip(Card.At("DSJ_1234567_000321_20260902180118_0001.mp4"), "rebuild", 1);
        var video = await StoreAsync("DSJ_1234567_000321_20260902180118_0001.mp4", null, serial: "SAMPLE-1234567");
        await StoreAsync("DSJ_1234567_000321_20260902180118_0001.txt", Encoding.UTF8.GetBytes("$GPGGA,1"), serial: "SAMPLE-1234567", sidecarOf: video.Intake);
        Photos.WithExif(Card.At("IMG_20240102_101112.jpg"), "MAKER", "2024:01:02 03:04:05");
        await StoreAsync("IMG_20240102_101112.jpg", null);
        Media.Ffmpeg("-f", "lavfi", "-i", "sine=d=1", Card.At("240102_1012.wav"));
        await StoreAsync("240102_1012.wav", null, serial: null);
        var bytes = Given.Bytes(70_000);
        await StoreAsync("\n‮ \"odd\" ;.dat", bytes);
        await StoreAsync("again/the same.dat", bytes, serial: "OTHER-1");
        await StoreRawAsync([0xD6, 0xB4, 0xB7, 0xA8, (byte)'.', (byte)'m', (byte)'p', (byte)'4'], Given.Bytes(500));
        await AdvanceAllAsync(Own, Before);
    }

    private protected Task<(ClipId Clip, IntakeId Intake)> StoreAsync(string name, byte[]? bytes, string? serial = "DSJ-1", IntakeId? sidecarOf = null)
    {
        if (bytes is not null)
            Card.Write(name, bytes);
        return StoreRawAsync(Encoding.UTF8.GetBytes(name), null, serial, sidecarOf);
    }

    private async Task<(ClipId Clip, IntakeId Intake)> StoreRawAsync(byte[] rawName, byte[]? bytes, string? serial = "DSJ-1", IntakeId? sidecarOf = null)
    {
        var folder = Card.Path;
        if (bytes is not null)
        {
            // .NET can't spell such a name: bash can.
            var spelt = string.Concat(rawName.Select(value => string.Create(CultureInfo.InvariantCulture, $"\\x{value:x2}")));
            Card.Write("spell-it", bytes);
            using var move = System.Diagnostics.Process.Start("bash", ["-c", $"mv -- \"$1/spell-it\" \"$1/\"$'{spelt}'", "-", folder]);
            await move.WaitForExitAsync();
        }
        var now = TimeProvider.System.GetUtcNow();
        using var root = new SlotFolder(folder);
        var entry = root.List().Entries.Single(entry => entry.RawPath.AsSpan().SequenceEqual(rawName));
        var result = Own.Get<CopyFile>().Run(
            new FootageFile
            {
                SlotPath = folder,
                RawPath = entry.RawPath,
                Stat = entry.Stat,
                Session = SessionId.New(now),
                Slot = 3,
                Source = "dock",
                Recorder = serial is null ? new RecorderIdentity("slot:station-1:3", null, "none") : new RecorderIdentity(serial, serial, "binding"),
                Attached = now.AddMinutes(-1),
                Name = Own.Get<RecorderProfiles>().Match(Encoding.UTF8.GetString(entry.RawPath)),
                SidecarOf = sidecarOf,
            },
            _ => { },
            new SourceWatch(),
            default);
        Assert.Equal(CopyOutcome.Copied, result.Outcome);
        Own.Get<IntakeBook>().Spooled(result.Manifest!);
        var registration = await Own.Get<RegisterSpooled>().RunAsync(result.Manifest!.Intake, default);
        if (registration.Stage == ClipStage.Registered)
            Assert.Equal(AdvanceOutcome.Advanced, await Own.Get<ClipPipeline>().AdvanceAsync(registration.Clip, default));
        else
            await Own.Get<SettleIntakes>().RunAsync(registration.Clip, default);
        return (registration.Clip, result.Manifest.Intake);
    }

    private protected async Task<RebuildReport> RebuildAsync()
    {
        var report = new RebuildReport();
        await Rebuilt.Get<RebuildCatalog>().RunAsync(report, _ => { }, default);
        return report;
    }

    private static async Task AdvanceAllAsync(Station station, TestDatabase database)
    {
        foreach (var clip in await ClipsAsync(database))
        {
            await Wait.UntilAsync("the clip has come to its end", async () =>
            {
                await station.Get<ClipPipeline>().AdvanceAsync(clip, default);
                return (await station.Get<ClipTable>().FindForWorkAsync(clip, default))!.Stage == ClipStage.Linked;
            }, seconds: 60);
        }
    }

    private static async Task<IReadOnlyList<ClipId>> ClipsAsync(TestDatabase database)
    {
        await using var connection = await database.AsOwner.OpenAsync(default);
        return (await connection.QueryAsync<ClipId>("select clip_id from clip order by clip_id")).AsList();
    }

    private protected static async Task<long> CountAsync(TestDatabase database, string sql)
    {
        await using var connection = await database.AsOwner.OpenAsync(default);
        return await connection.ExecuteScalarAsync<long>(sql);
    }

    private protected static async Task ExecuteAsync(TestDatabase database, string sql)
    {
        await using var connection = await database.AsOwner.OpenAsync(default);
        Assert.NotEqual(0, await connection.ExecuteAsync(sql));
    }

    /// <summary>Every column of the tables that hold evidence, but for the times of the last reading, of the last look into the ledger and of the last suggestions, which are the rebuild's own.</summary>
    private protected static async Task<Dictionary<string, List<Dictionary<string, string>>>> DumpAsync(TestDatabase database)
    {
        await using var connection = await database.AsOwner.OpenAsync(default);
        var tables = new Dictionary<string, List<Dictionary<string, string>>>();
        foreach (var (table, key) in (IEnumerable<(string, string)>)[("clip", "clip_id"), ("provenance", "intake_id"), ("dock_session", "session_id")])
        {
            var rows = await connection.QueryAsync<string>($"select to_jsonb(t) - 'verified_at' - 'attributed_at' - 'suggested_at' from {table} t order by {key}");
            tables.Add(table, [.. rows.Select(row => System.Text.Json.JsonDocument.Parse(row).RootElement.EnumerateObject().ToDictionary(column => column.Name, column => column.Value.ToString()))]);
        }
        return tables;
    }

    private void Same(string table, List<Dictionary<string, string>> before, List<Dictionary<string, string>> after)
    {
        Assert.Equal(before.Count, after.Count);
        foreach (var (old, now) in before.Zip(after))
        {
            foreach (var column in old.Keys)
            {
                // A folder has one lock for all that is in it: a later sighting prolongs it, and the store's word is the newer one.
                if (column == "locked_until" && Store is FolderObjectStore && old[column].Length > 0)
                    Assert.True(DateTimeOffset.Parse(now[column], CultureInfo.InvariantCulture) >= DateTimeOffset.Parse(old[column], CultureInfo.InvariantCulture), $"{table}.{column}");
                else
                    Assert.True(old[column] == now[column], $"{table}.{column}: '{old[column]}' became '{now[column]}'");
            }
        }
    }
}
