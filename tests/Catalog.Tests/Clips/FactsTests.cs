using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Clips;

public sealed class FactsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [SkippableFact]
    public async Task Facts_come_back_as_they_were_written_and_a_better_reading_replaces_them()
    {
        TestDatabase.Need();
        var (clip, table) = (await GivenClipAsync(), new MediaTable(database.Catalog));
        Assert.Null(await table.FindAsync(clip, default));
        var facts = new MediaRow
        {
            ClipId = clip,
            Container = "mov,mp4",
            DurationMs = 1234,
            VideoCodec = "h264",
            PixelFormat = "yuv420p",
            Width = 1920,
            Height = 1080,
            Rotation = 90,
            FrameRate = 29.97,
            AudioCodec = "aac",
            AudioChannels = 2,
            AudioRateHz = 48_000,
            BitRate = 8_000_000,
            Plays = "original",
            CreatedAt = Given.Now,
            Latitude = -27.5,
            Longitude = 153.25,
            PlaceSource = "container",
            Make = "制造",
            Model = "DSJ",
            Tags = """{"a": "b"}""",
            ProbedAt = Given.Now,
            Tool = "ffprobe",
        };
        await table.WriteAsync(facts, default);
        Assert.Equal(facts, await table.FindAsync(clip, default));
        var bare = new MediaRow { ClipId = clip, Plays = "no", Tags = "{}", ProbedAt = Given.Now, Tool = "other" };
        await table.WriteAsync(bare, default);
        Assert.Equal(bare, await table.FindAsync(clip, default));
        Assert.Equal("no", (await new ClipTable(database.Catalog).FindForWorkAsync(clip, default))!.Plays);
    }

    [SkippableFact]
    public async Task A_derived_file_made_again_replaces_its_row()
    {
        TestDatabase.Need();
        var (clip, table) = (await GivenClipAsync(), new DerivedTable(database.Catalog));
        var row = new DerivedRow
        {
            ClipId = clip,
            Name = "poster.jpg",
            ContentType = "image/jpeg",
            SizeBytes = 10,
            Sha256 = Given.Sha256("one"u8),
            ParentSha256 = Given.Sha256("parent"u8),
            Tool = "ffmpeg",
            Arguments = "-i x",
            MadeAt = Given.Now,
        };
        await table.WriteAsync(row, default);
        await table.WriteAsync(row with { Name = "a.vtt" }, default);
        var again = row with { SizeBytes = 11, Sha256 = Given.Sha256("two"u8), MadeAt = Given.Now.AddDays(1) };
        await table.WriteAsync(again, default);
        Assert.Equal([row with { Name = "a.vtt" }, again], await table.OfClipAsync(clip, default));
    }

    private async Task<ClipId> GivenClipAsync() =>
        (await new RegistrationTable(database.Catalog).RegisterAsync(Given.Manifest(), ClipKind.Video, Given.Now, default)).Clip;
}
