using Npgsql;
using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Clips;

public sealed class RegistrationTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private RegistrationTable Registrations => new(database.Catalog);

    [SkippableFact]
    public async Task A_first_sighting_makes_a_clip_that_has_the_intake_s_id()
    {
        TestDatabase.Need();
        var manifest = Given.Manifest(path: "DCIM/100MEDIA/现场.mp4") with
        {
            Name = new NameFacts("ga-7-6-14", "0000001", "123456", new DateTime(2026, 11, 24, 8, 0, 0), "Asia/Shanghai", Given.Now.AddHours(-1), "NOR", 7),
        };
        var registration = await RegisterAsync(manifest);
        Assert.Equal(new Registration(RegisterOutcome.NewClip, new ClipId(manifest.Intake.Value), ClipStage.Registered, ClipHealth.Ok), registration);
        var clip = (await new ClipTable(database.Catalog).FindAsync(Given.Reviewer(), registration.Clip, default))!;
        Assert.Equal((manifest.Sha256, manifest.Size, "现场.mp4", Given.Now.AddHours(-1), "name", 1L, "pending"), (
            clip.Sha256, clip.SizeBytes, clip.DisplayName, clip.RecordedFrom, clip.RecordedSource, clip.Sightings, clip.PreviewState));
        var sighting = Assert.Single(await Registrations.ProvenanceAsync(registration.Clip, default));
        Assert.Equal((manifest.Intake, "DSJ-0000001", "binding", "123456", manifest.DisplayPath, manifest.Modified, manifest.Name!.LocalTime), (
            sighting.IntakeId, sighting.Recorder, sighting.RecorderBy, sighting.Person, sighting.DisplayPath, sighting.ModifiedAt, sighting.DeviceTime));
        Assert.Equal([CustodyKinds.ClipRegistered], await KindsAsync(registration.Clip));
        Assert.Equal(manifest.ToBytes(), await database.AsOwner.ScalarAsync<byte[]>("select manifest from provenance where intake_id = $1", manifest.Intake.Value));
    }

    [SkippableFact]
    public async Task Registering_an_intake_again_changes_nothing()
    {
        TestDatabase.Need();
        var manifest = Given.Manifest();
        var first = await RegisterAsync(manifest);
        for (var i = 0; i < 3; i++)
            Assert.Equal(first with { Outcome = RegisterOutcome.AlreadyRegistered }, await RegisterAsync(manifest));
        Assert.Single(await Registrations.ProvenanceAsync(first.Clip, default));
        Assert.Equal([CustodyKinds.ClipRegistered], await KindsAsync(first.Clip));
    }

    [SkippableFact]
    public async Task Second_copy_of_the_same_bytes_is_recorded_as_duplicate_with_its_own_provenance()
    {
        TestDatabase.Need();
        var bytes = Given.Bytes();
        var first = await RegisterAsync(Given.Manifest(bytes, "a.mp4"));
        var second = await RegisterAsync(Given.Manifest(bytes, "b.mp4", "DSJ-0000002"));
        Assert.Equal(first with { Outcome = RegisterOutcome.Duplicate }, second);
        Assert.Equal(["a.mp4", "b.mp4"], (await Registrations.ProvenanceAsync(first.Clip, default)).Select(row => row.DisplayPath).Order());
        Assert.Equal([CustodyKinds.ClipRegistered, CustodyKinds.ClipSighted], (await KindsAsync(first.Clip)).Order());
        var clip = (await new ClipTable(database.Catalog).FindForWorkAsync(first.Clip, default))!;
        Assert.Equal(("a.mp4", 2L), (clip.DisplayName, clip.Sightings));
    }

    [SkippableFact]
    public async Task The_same_file_of_the_same_recorder_is_one_sighting_whatever_intake_brings_it()
    {
        TestDatabase.Need();
        var bytes = Given.Bytes();
        var first = await RegisterAsync(Given.Manifest(bytes));
        Assert.Equal(first with { Outcome = RegisterOutcome.SameSighting }, await RegisterAsync(Given.Manifest(bytes)));
        Assert.Single(await Registrations.ProvenanceAsync(first.Clip, default));
        Assert.Equal([CustodyKinds.ClipRegistered], await KindsAsync(first.Clip));
    }

    [SkippableFact]
    public async Task There_is_one_provenance_row_for_each_distinct_sighting()
    {
        TestDatabase.Need();
        var bytes = Given.Bytes();
        var random = new Random(7);
        var seen = new HashSet<(string, string, int)>();
        Registration? last = null;
        for (var i = 0; i < 30; i++)
        {
            var (serial, path, hour) = ($"DSJ-{random.Next(2)}", $"{random.Next(3)}.mp4", random.Next(2));
            seen.Add((serial, path, hour));
            last = await RegisterAsync(Given.Manifest(bytes, path, serial, Given.Now.AddHours(hour)));
        }
        Assert.Equal(seen.Count, (await Registrations.ProvenanceAsync(last!.Clip, default)).Count);
        Assert.Equal(seen.Count, (await KindsAsync(last.Clip)).Count);
    }

    [SkippableFact]
    public async Task Eight_registrations_of_the_same_bytes_at_once_leave_one_clip_and_eight_sightings()
    {
        TestDatabase.Need();
        for (var round = 0; round < 5; round++)
        {
            var bytes = Given.Bytes();
            var manifests = Enumerable.Range(0, 8).Select(i => Given.Manifest(bytes, $"{i}.mp4")).ToList();
            var registrations = await Task.WhenAll(manifests.Concat(manifests).Select(manifest => Task.Run(() => RegisterAsync(manifest))));
            Assert.Single(registrations.Select(registration => registration.Clip).Distinct());
            Assert.Equal(1, registrations.Count(registration => registration.Outcome == RegisterOutcome.NewClip));
            Assert.Equal(7, registrations.Count(registration => registration.Outcome == RegisterOutcome.Duplicate));
            Assert.Equal(8, registrations.Count(registration => registration.Outcome == RegisterOutcome.AlreadyRegistered));
            Assert.Equal(8, (await Registrations.ProvenanceAsync(registrations[0].Clip, default)).Count);
            var kinds = await KindsAsync(registrations[0].Clip);
            Assert.Equal((1, 7), (kinds.Count(kind => kind == CustodyKinds.ClipRegistered), kinds.Count(kind => kind == CustodyKinds.ClipSighted)));
        }
    }

    [SkippableFact]
    public async Task An_empty_file_can_never_become_a_clip()
    {
        TestDatabase.Need();
        var refused = await Assert.ThrowsAsync<PostgresException>(() => RegisterAsync(Given.Manifest([])));
        Assert.Equal("clip_not_empty", refused.ConstraintName);
    }

    [SkippableFact]
    public async Task A_sidecar_seen_on_its_own_is_a_sidecar_no_longer()
    {
        TestDatabase.Need();
        var parent = Given.Manifest();
        var bytes = Given.Bytes();
        var clips = new ClipTable(database.Catalog);
        var parentClip = (await RegisterAsync(parent)).Clip;
        var sidecar = (await RegisterAsync(Given.Manifest(bytes, "clip.txt") with { SidecarOf = parent.Intake })).Clip;
        Assert.True((await clips.FindForWorkAsync(sidecar, default))!.Sidecar);
        Assert.Equal([sidecar], await Registrations.SidecarsAsync(parentClip, default));
        await RegisterAsync(Given.Manifest(bytes, "other.txt"));
        Assert.False((await clips.FindForWorkAsync(sidecar, default))!.Sidecar);
    }

    [SkippableFact]
    public async Task A_duplicate_reports_the_stage_and_health_of_the_clip_as_they_are()
    {
        TestDatabase.Need();
        var bytes = Given.Bytes();
        var clip = (await RegisterAsync(Given.Manifest(bytes))).Clip;
        await database.AsOwner.ExecuteAsync("update clip set stage = 'stored', health = 'damaged' where clip_id = $1", clip.Value);
        Assert.Equal(
            new Registration(RegisterOutcome.Duplicate, clip, ClipStage.Stored, ClipHealth.Damaged), await RegisterAsync(Given.Manifest(bytes, "b.mp4")));
    }

    private Task<Registration> RegisterAsync(IntakeManifest manifest) => Registrations.RegisterAsync(manifest, ClipKind.Video, Given.Now, default);

    private async Task<List<string>> KindsAsync(ClipId clip) => [.. (await new CustodyTable(database.Catalog).OfClipAsync(Given.Reviewer(), clip, default)).Select(row => row.Kind)];
}
