using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Ingest.Tests;

/// <summary>The same from a folder, and the damage that a bucket with locks lets nobody make.</summary>
public sealed class RebuildFromFolderTests : RebuildContract
{
    private static readonly string[] s_words = ["without a manifest", "no original", "missing", "damaged", "can't be read", "no object"];

    [SkippableFact]
    public async Task Damage_and_loss_are_registered_and_what_no_manifest_tells_of_is_named()
    {
        Need();
        var folder = (FolderObjectStore)Store;
        var (flipped, _) = await StoreAsync("flipped.dat", Given.Bytes(5000));
        var (gone, _) = await StoreAsync("gone.dat", Given.Bytes(5000));
        var (untold, untoldIntake) = await StoreAsync("untold.dat", Given.Bytes(5000));
        var (sound, _) = await StoreAsync("sound.dat", Given.Bytes(5000));
        Unlock(folder, flipped, gone, untold);
        var bytes = await File.ReadAllBytesAsync(folder.PathOf(ObjectKey.Original(flipped)));
        bytes[2500] ^= 1;
        await File.WriteAllBytesAsync(folder.PathOf(ObjectKey.Original(flipped)), bytes);
        File.Delete(folder.PathOf(ObjectKey.Original(gone)));
        await File.WriteAllTextAsync(folder.PathOf(ObjectKey.Manifest(untold, untoldIntake)), "{ \"schema\": 1, ");
        Card.Write("stranger", "x"u8);
        Unlock(folder, sound);
        File.Copy(Card.At("stranger"), folder.PathOf(ObjectKey.Original(sound)) + "~ (1).BAK");
        var expected = await DumpAsync(Before);

        var report = await RebuildAsync();
        Assert.Equal(3, report.Of(RebuildOutcome.Rebuilt));
        var clips = Rebuilt.Get<ClipTable>();
        Assert.Equal((ClipHealth.Damaged, "mismatch", ClipStage.Stored), await HealthAsync(clips, flipped));
        Assert.Equal((ClipHealth.Damaged, "missing", ClipStage.Stored), await HealthAsync(clips, gone));
        Assert.Equal((ClipHealth.Ok, null, ClipStage.Stored), await HealthAsync(clips, sound));
        Assert.Null(await clips.FindForWorkAsync(untold, default));
        // SM3 of bytes that are damaged now is what the manifest tells of them.
        foreach (var clip in (ClipId[])[flipped, gone])
            Assert.Equal(expected["clip"].Single(row => row["clip_id"] == clip.ToString())["sm3"], (await DumpAsync(After))["clip"].Single(row => row["clip_id"] == clip.ToString())["sm3"]);
        Assert.Contains(await Rebuilt.Get<CustodyTable>().OfClipAsync(Given.Reviewer(), flipped, default), row => row.Kind == CustodyKinds.ClipDamaged);
        Assert.Equal(
            [(flipped.ToString(), "damaged"), (gone.ToString(), "no original"), (gone.ToString(), "missing"), (ObjectKey.Manifest(untold, untoldIntake).Value, "can't be read"), (ObjectKey.Original(untold).Value, "without a manifest"), ($"originals/{sound}/original~ (1).BAK", "no object")],
            report.Findings.OrderBy(finding => finding.What.Contains("BAK", StringComparison.Ordinal)).Select(finding => (finding.What, s_words.First(word => finding.Finding.Contains(word, StringComparison.Ordinal)))));
        Assert.True(File.Exists(folder.PathOf(ObjectKey.Original(untold))), "nothing is ever deleted");

        // Restored from a copy, the ordinary re-reading turns it back.
        bytes[2500] ^= 1;
        await File.WriteAllBytesAsync(folder.PathOf(ObjectKey.Original(flipped)), bytes);
        var request = await Rebuilt.Get<VerificationTable>().RequestAsync(flipped, VerificationReasons.OnDemand, by: null, TimeProvider.System.GetUtcNow(), default);
        await Rebuilt.Get<VerifyClip>().RunAsync(request.VerificationId, default);
        Assert.Equal((ClipHealth.Ok, null, ClipStage.Stored), await HealthAsync(clips, flipped));
    }

    [SkippableFact]
    public async Task Bytes_that_lie_there_as_two_clips_are_one_clip_with_all_sightings()
    {
        Need();
        var bytes = Given.Bytes(5000);
        await StoreAsync("first.dat", bytes);
        // The catalog was lost in between, and the recorder came again.
        await ExecuteAsync(Before, "delete from provenance");
        await ExecuteAsync(Before, "delete from verification");
        await ExecuteAsync(Before, "delete from clip_work");
        await ExecuteAsync(Before, "delete from clip");
        await StoreAsync("second.dat", bytes);
        var report = await RebuildAsync();
        Assert.Equal((1, 1), (report.Of(RebuildOutcome.Rebuilt), report.Of(RebuildOutcome.OtherClip)));
        Assert.Equal(1, await CountAsync(After, "select count(*) from clip"));
        Assert.Equal(2, await CountAsync(After, "select count(*) from provenance"));
        Assert.Contains("another clip", Assert.Single(report.Findings).Finding, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task What_this_station_still_knows_beside_the_store_is_told_again()
    {
        Need();
        await StoreAsync("a.dat", Given.Bytes(2000));
        Card.Write("b.dat", Given.Bytes(2000));
        var journal = Own.Get<JournalTable>();
        var session = new JournalSession { Session = SessionId.New(Given.Now), Slot = 1, Source = "dock", Recorder = new RecorderIdentity("DSJ-1", "DSJ-1", "binding"), Attached = Given.Now, Detached = Given.Now.AddMinutes(1), Early = true, Missing = 2 };
        journal.Write(session);
        await Own.Get<RegisterService>().ReplayAsync(default);
        Assert.Equal(1, await CountAsync(Before, "select count(*) from dock_session where early"));
        await ExecuteAsync(Before, "delete from dock_session");
        journal.TellAgain();
        await Own.Get<RegisterService>().ReplayAsync(default);
        Assert.Equal(1, await CountAsync(Before, "select count(*) from dock_session where early and missing = 2 and detached_at is not null"));
    }

    private static async Task<(ClipHealth Health, string? Reason, ClipStage Stage)> HealthAsync(ClipTable clips, ClipId clip)
    {
        var row = (await clips.FindForWorkAsync(clip, default))!;
        return (row.Health, row.HealthReason, row.Stage);
    }

    private static void Unlock(FolderObjectStore store, params IEnumerable<ClipId> clips)
    {
        foreach (var clip in clips)
        {
            var folder = Path.GetDirectoryName(store.PathOf(ObjectKey.Original(clip)))!;
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            foreach (var file in Directory.GetFiles(folder))
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }
}
