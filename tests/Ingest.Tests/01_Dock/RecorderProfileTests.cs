using System.Diagnostics;
using CsCheck;
using Xunit;
using YaoAn.Catalog;

namespace YaoAn.Ingest.Tests.Dock;

public sealed class RecorderProfileTests
{
    private static readonly RecorderProfiles s_profiles = RecorderProfiles.Load();

    [Theory]
    [InlineData("A11_2222222_222222_20260902180118_0001.mp4", "ga-7-6-14", "2222222", "222222", "2026-09-02T18:01:18", "2026-09-02T10:01:18Z", null, 1)]
    [InlineData("DSJ_0000000_000000_20250221030623.MP4", "ga-7-6-14", null, null, "2025-02-21T03:06:23", "2025-02-20T19:06:23Z", null, null)]
    [InlineData("NOR_0000000_000000_20221208_101416_0003.mp4", "class-first", null, null, "2022-12-08T10:14:16", "2022-12-08T02:14:16Z", "NOR", 3)]
    [InlineData("SOS_A123456_123456_20221208_101416_000312.mp4", "class-first", "A123456", "123456", "2022-12-08T10:14:16", "2022-12-08T02:14:16Z", "SOS", 3)]
    [InlineData("20210705101910.dav", "dahua", null, null, "2021-07-05T10:19:10", "2021-07-05T02:19:10Z", null, null)]
    [InlineData("officer_AABBCCDD1234_20190101_090909", "axis-container", "AABBCCDD1234", null, "2019-01-01T09:09:09", "2019-01-01T09:09:09Z", null, null)]
    [InlineData("officer_AABBCCDD1234_20190101T090909Z", "axis-container", "AABBCCDD1234", null, "2019-01-01T09:09:09", "2019-01-01T09:09:09Z", null, null)]
    [InlineData("20190101_090909_7CF7.mkv", "axis-clip", null, null, "2019-01-01T09:09:09", "2019-01-01T09:09:09Z", null, null)]
    [InlineData("20190101_090909_7CF7.key", "axis-clip", null, null, "2019-01-01T09:09:09", "2019-01-01T09:09:09Z", null, null)]
    [InlineData("20190101_090909_7CF7_ACCC8E000001_gpstrail.json", "axis-gnss", "ACCC8E000001", null, "2019-01-01T09:09:09", "2019-01-01T09:09:09Z", null, null)]
    [InlineData("bookmark_20190101T090909Z_1", "axis-bookmark", null, null, null, null, null, null)]
    [InlineData("DCIM/100MEDIA/AMBA0012.MP4", "dcf-tree", null, null, null, null, null, 12)]
    [InlineData("MVI_4823.AVI", "dcf-name", null, null, null, null, null, 4823)]
    [InlineData("GX010123.MP4", "dcf-name", null, null, null, null, null, 123)]
    [InlineData("2016_1119_113330_021.MOV", "novatek", null, null, "2016-11-19T11:33:30", "2016-11-19T03:33:30Z", null, 21)]
    [InlineData("2017_0101_060101_001A.MP4", "novatek", null, null, "2017-01-01T06:01:01", "2016-12-31T22:01:01Z", null, 1)]
    [InlineData("REC_200616-101112-000123F.TS", "vehicle-rec", null, null, "2020-06-16T10:11:12", "2020-06-16T02:11:12Z", null, 123)]
    [InlineData("REC_201206-101112-000123F.TS", "vehicle-rec", null, null, "2020-12-06T10:11:12", "2020-12-06T02:11:12Z", null, 123)]
    [InlineData("20121108-095609_NOR_D.mp4", "vehicle-class-last", null, null, "2012-11-08T09:56:09", "2012-11-08T01:56:09Z", "NOR", null)]
    [InlineData("20121108_095609_EVT.avi", "vehicle-class-last", null, null, "2012-11-08T09:56:09", "2012-11-08T01:56:09Z", "EVT", null)]
    [InlineData("20240102/101112.mp4", "date-folder", null, null, "2024-01-02T10:11:12", "2024-01-02T02:11:12Z", null, null)]
    [InlineData("VIDEO/2024-01-02/101112a.mp4", "date-folder", null, null, "2024-01-02T10:11:12", "2024-01-02T02:11:12Z", null, null)]
    [InlineData("VID_20240102_101112.mp4", "phone", null, null, "2024-01-02T10:11:12", "2024-01-02T02:11:12Z", null, null)]
    [InlineData("seg_1700000000.mp4", "fmp4-segment", null, null, "2023-11-14T22:13:20", "2023-11-14T22:13:20Z", null, null)]
    [InlineData("seg_1700000000123.mp4", "fmp4-segment", null, null, "2023-11-14T22:13:20", "2023-11-14T22:13:20Z", null, null)]
    [InlineData("seg_1700000000123456.mp4", "fmp4-segment", null, null, "2023-11-14T22:13:20", "2023-11-14T22:13:20Z", null, null)]
    [InlineData("240102_1012.mp3", "handheld", null, null, "2024-01-02T10:12:00", "2024-01-02T02:12:00Z", null, null)]
    [InlineData("201206_101112.mp3", "handheld", null, null, "2020-12-06T10:11:12", "2020-12-06T02:11:12Z", null, null)]
    [InlineData("Axon Body 3 Video 2021-03-04 1310 X60A12345.mp4", "axon-title", "X60A12345", null, "2021-03-04T13:10:00", "2021-03-04T05:10:00Z", null, null)]
    [InlineData("现场 2024-01-02 10.11.12 copy.mp4", "any-timestamp", null, null, "2024-01-02T10:11:12", "2024-01-02T02:11:12Z", null, null)]
    public void Every_published_name_tells_what_it_says(
        string path, string profile, string? device, string? person, string? local, string? utc, string? cls, int? sequence)
    {
        var facts = s_profiles.Match(path)!;
        Assert.Equal((profile, device, person, cls, (long?)sequence), (facts.Profile, facts.Device, facts.Person, facts.Class, facts.Sequence));
        Assert.Equal((local, utc), (facts.LocalTime?.ToString("yyyy-MM-dd'T'HH:mm:ss"), facts.Utc?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'")));
    }

    [Theory]
    [InlineData("20240002101112.mp4")]
    [InlineData("20240230101112.mp4")]
    [InlineData("20240102251112.mp4")]
    [InlineData("00000000000000.mp4")]
    [InlineData("00010101000000.mp4")]
    [InlineData("18991231235959.mp4")]
    [InlineData("99991231235959.mp4")]
    [InlineData("DSJ_1234567_123456_99999999999999.mp4")]
    [InlineData("seg_99999999999999999.mp4")]
    [InlineData("99991231_235959_7CF7.mkv")]
    [InlineData("clip.mp4")]
    public void A_name_without_a_possible_date_has_no_time_and_makes_no_error(string name)
    {
        var facts = s_profiles.Match(name);
        Assert.Null(facts?.LocalTime);
        Assert.Null(facts?.Utc);
        Assert.Null(facts?.Zone);
    }

    [Fact]
    public void A_clock_at_its_zero_is_kept_as_the_camera_wrote_it() =>
        Assert.Equal(new DateTime(1970, 1, 1, 8, 0, 1), s_profiles.Match("19700101080001.mp4")!.LocalTime);

    [Fact]
    public void No_name_whatever_makes_it_throw() =>
        Gen.Select(Gen.String[Gen.Char["0123456789_-/. ABDSJmp4avi现\n\0\u202E"], 0, 60], Gen.String[Gen.Char["0123456789"], 0, 17]).Sample((text, digits) =>
        {
            foreach (var name in (string[])[text, digits + ".mp4", $"DSJ_1234567_123456_{digits}.mp4", $"seg_{digits}.mp4", $"{digits}/{digits}.mp4"])
            {
                s_profiles.Match(name);
                s_profiles.Ignores(name);
                s_profiles.KindOf(name);
            }
            return true;
        });

    [Theory]
    [InlineData("a")]
    [InlineData("A")]
    [InlineData("0")]
    [InlineData("0_")]
    [InlineData("_0")]
    [InlineData("20")]
    [InlineData("2024-01-02 ")]
    [InlineData("Axon Body 3 Video 2021-03-04 1310 ")]
    [InlineData("VID_20240102_101112_0")]
    [InlineData("DCIM/100MEDIA/")]
    public void The_longest_hostile_name_is_answered_at_once(string piece)
    {
        var name = string.Concat(Enumerable.Repeat(piece, (4096 / piece.Length) + 1));
        var started = Stopwatch.GetTimestamp();
        s_profiles.Match(name);
        s_profiles.Match(name + ".mp4");
        s_profiles.Ignores(name);
        // 19 profiles and 7 ignore rules, each cut off after 100 ms: far below what they could take in sum, with room for a busy machine.
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 5);
    }

    [Theory]
    [InlineData("Thumbs.db", true)]
    [InlineData("DCIM/100MEDIA/THUMBS.DB", true)]
    [InlineData("System Volume Information/IndexerVolumeGuid", true)]
    [InlineData("YAOAN.ID", true)]
    [InlineData("DCIM/._clip.mp4", true)]
    [InlineData("$RECYCLE.BIN/x", true)]
    [InlineData("DCIM/YAOAN.ID", false)]
    [InlineData("myThumbs.db", false)]
    [InlineData("clip.mp4", false)]
    public void What_a_system_leaves_on_a_card_is_ignored_and_nothing_else(string path, bool isIgnored) => Assert.Equal(isIgnored, s_profiles.Ignores(path));

    [Theory]
    [InlineData("a.MP4", ClipKind.Video, false, true)]
    [InlineData("a.wav", ClipKind.Audio, false, true)]
    [InlineData("a.JPG", ClipKind.Photo, false, true)]
    [InlineData("a.txt", ClipKind.Data, true, false)]
    [InlineData("a.thm", ClipKind.Photo, true, false)]
    [InlineData("a.lrv", ClipKind.Video, true, false)]
    [InlineData("a", ClipKind.Data, false, false)]
    [InlineData("a.exe", ClipKind.Data, false, false)]
    public void The_extension_is_a_first_guess_at_the_kind(string path, ClipKind kind, bool maybeSidecar, bool mayHaveSidecars) =>
        Assert.Equal((kind, maybeSidecar, mayHaveSidecars), (s_profiles.KindOf(path), s_profiles.MayBeSidecar(path), s_profiles.MayHaveSidecars(path)));

    [Theory]
    [InlineData("DSJ-1234567", "DSJ-1234567")]
    [InlineData("NO NAME", null)]
    [InlineData("UNTITLED", null)]
    [InlineData("USB DISK", null)]
    [InlineData("A1", null)]
    public void A_volume_label_is_a_serial_unless_it_is_a_maker_s_default(string label, string? serial) =>
        Assert.Equal(serial, s_profiles.VolumeLabel.Match(label) is { Success: true } match ? match.Groups["dev"].Value : null);

    [Fact]
    public void A_profile_file_that_can_not_be_used_is_named()
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, """{ "identityOrder": [], "bindingFile": "x", "volumeLabel": "(", "ignore": [], "sidecars": [], "kinds": {}, "profiles": [] }""");
        Assert.Contains(path, Assert.Throws<InvalidDataException>(() => RecorderProfiles.Load(path)).Message, StringComparison.Ordinal);
        File.Delete(path);
    }
}
