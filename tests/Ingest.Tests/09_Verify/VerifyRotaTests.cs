using Microsoft.Extensions.Time.Testing;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Ingest.Tests;

/// <summary>Nights of the rota, with the clock moved from one to the next.</summary>
public sealed class VerifyRotaTests : IAsyncLifetime
{
    private readonly TestDatabase _database = new();
    private readonly TempFolder _card = new();
    // 2026-11-24 09:02 in Shanghai: no night.
    private readonly FakeTimeProvider _clock = new(Given.Now);
    private Station? _station;

    private FolderObjectStore Store => (FolderObjectStore)_station!.Get<ObjectStores>().Originals;

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
    public async Task By_day_nothing_is_read_and_a_night_is_worked_on_once()
    {
        TestDatabase.Need();
        await GivenStoredAsync(1);
        Assert.Null(await RunAsync());
        NextNight();
        Assert.Equal(("good", 1, 0), Outcome(await RunAsync()));
        Assert.Null(await RunAsync());
    }

    [SkippableFact]
    public async Task A_flipped_byte_is_found_in_the_night_in_which_its_turn_comes()
    {
        TestDatabase.Need();
        var clips = await GivenStoredAsync(3);
        var path = Store.PathOf(ObjectKey.Original(clips[2]));
        Flip(path);
        NextNight();
        Assert.Equal(("good", 1, 0), Outcome(await RunAsync()));
        NextNight();
        Assert.Equal(("good", 1, 0), Outcome(await RunAsync()));
        NextNight();
        Assert.Equal(("differing", 1, 1), Outcome(await RunAsync()));
        var found = await _station!.Get<ClipTable>().FindForWorkAsync(clips[2], default);
        Assert.Equal((ClipHealth.Damaged, "mismatch"), (found!.Health, found.HealthReason));
        Assert.Contains(await _station.Get<CustodyTable>().OfClipAsync(Given.Reviewer(), clips[2], default), row => row.Kind == CustodyKinds.ClipDamaged);

        // It is known now: the next night goes on with the others.
        NextNight();
        Assert.Equal(("good", 1, 0), Outcome(await RunAsync()));
    }

    [SkippableFact]
    public async Task After_nights_that_never_came_all_that_is_due_is_read_in_one()
    {
        TestDatabase.Need();
        await GivenStoredAsync(3);
        _clock.Advance(TimeSpan.FromDays(85));
        NextNight();
        Assert.Equal(("good", 3, 0), Outcome(await RunAsync()));
    }

    [SkippableFact]
    public async Task A_night_in_which_nothing_could_be_read_is_a_failure()
    {
        TestDatabase.Need();
        var clips = await GivenStoredAsync(1);
        var path = Store.PathOf(ObjectKey.Original(clips[0]));
        File.SetUnixFileMode(Path.GetDirectoryName(path)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.Move(path, path + ".away");
        Directory.CreateDirectory(path);
        NextNight();
        var night = await RunAsync();
        Assert.Equal(("nothing", 0, 0), Outcome(night));
        Assert.NotNull(night!.Detail);
        Assert.Equal("nothing", (await _station!.Get<RotaTable>().LastAsync(default))!.Result);
    }

    [SkippableFact]
    public async Task A_night_that_was_stopped_goes_on_and_one_clip_in_other_hands_holds_up_no_other()
    {
        TestDatabase.Need();
        var clips = await GivenStoredAsync(2);
        NextNight();
        var night = _station!.Get<BureauDay>().Night()!.Value.Night;
        Assert.True(await _station.Get<RotaTable>().BeginAsync(night, "station-1", _clock.GetUtcNow(), default));
        var verifications = _station.Get<VerificationTable>();
        var request = await verifications.RequestAsync(clips[0], VerificationReasons.OnDemand, by: null, _clock.GetUtcNow(), default);
        Assert.True(await verifications.LeaseAsync(request.VerificationId, _clock.GetUtcNow().AddHours(1), isRenewal: false, _clock.GetUtcNow(), default));

        Assert.Equal(("good", 1, 0), Outcome(await RunAsync()));
        Assert.Equal("match", (await verifications.OfClipAsync(clips[1], default))[0].Result);
        Assert.False(await _station.Get<RotaTable>().BeginAsync(night, "station-1", _clock.GetUtcNow(), default));
    }

    [SkippableFact]
    public async Task With_nothing_stored_a_night_is_good()
    {
        TestDatabase.Need();
        NextNight();
        Assert.Equal(("good", 0, 0), Outcome(await RunAsync()));
    }

    [SkippableFact]
    public async Task What_is_overdue_is_counted_until_it_is_read()
    {
        TestDatabase.Need();
        await GivenStoredAsync(2);
        _clock.Advance(TimeSpan.FromDays(95));
        NextNight();
        var rota = _station!.Get<RotaTable>();
        Assert.Equal(2, (await rota.CountAsync(_clock.GetUtcNow() - RotaTable.Period, default)).Due);
        Assert.Equal(("good", 2, 0), Outcome(await RunAsync()));
        Assert.Equal(0, (await rota.CountAsync(_clock.GetUtcNow() - RotaTable.Period, default)).Due);
    }

    private static (string Result, int Clips, int Differing) Outcome(RotaNight? night) => (night!.Result, night.Clips, night.Differing);

    private Task<RotaNight?> RunAsync() => _station!.Get<VerifyRota>().RunAsync(default);

    /// <summary>To half past two of the next night in Shanghai.</summary>
    private void NextNight()
    {
        var local = _clock.GetUtcNow().ToOffset(TimeSpan.FromHours(8));
        var night = new DateTimeOffset(local.Date.AddDays(1).AddHours(2.5), local.Offset);
        _clock.Advance(night - _clock.GetUtcNow());
    }

    /// <summary>Clips of a few bytes, stored and read back a minute after each other.</summary>
    private async Task<IReadOnlyList<ClipId>> GivenStoredAsync(int count)
    {
        var clips = new List<ClipId>();
        for (var file = 0; file < count; file++)
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            clips.Add(await _station!.StoredAsync(_card, 5000 + file));
        }
        return clips;
    }

    private static void Flip(string path)
    {
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        var first = file.ReadByte();
        file.Position = 0;
        file.WriteByte((byte)(first ^ 1));
    }
}
