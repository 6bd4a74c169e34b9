using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Ingest.Tests.Probe;

/// <summary>Facts from what ffprobe 5.1.9 printed for real files (<c>Probing/*.json</c>: metadata only, no footage).</summary>
public sealed class FfprobeFactsTests
{
    [Theory]
    [InlineData("with-gps.mov", "h264", "aac", 568, 320, 90, 4001, "original", "2019-07-24T08:25:40Z", 32.0929, 34.8620, "Apple", "iPhone 6")]
    [InlineData("with-gps.mp4", "h264", "aac", 1920, 1080, 0, 171, "original", "2017-02-22T08:20:28Z", 51.4169, -0.0806, null, null)]
    [InlineData("ftyp3gp5.mp4", "h264", "aac", 1280, 720, 90, 1322, "original", "2020-10-23T20:27:29Z", null, null, null, null)]
    [InlineData("gopro-karma.mp4", "h264", "aac", 854, 480, 0, 12078, "original", "2017-04-17T19:27:57Z", null, null, null, null)]
    [InlineData("sample_iPod.m4v", "h264", "aac", 320, 240, 0, 85500, "original", "2005-12-20T20:20:15Z", null, null, null, null)]
    [InlineData("sample.3gp", "mpeg4", "amr_nb", 176, 144, 0, 4933, "needs-preview", "2005-10-28T17:36:40Z", null, null, null, null)]
    [InlineData("MVI_4823.AVI", "mjpeg", "pcm_s16le", 640, 480, 0, 2599, "needs-preview", "2012-09-10T12:52:00Z", null, null, null, null)]
    [InlineData("FLIR.jpg", "mjpeg", null, 1080, 1440, 0, null, "photo", null, null, null, null, null)]
    [InlineData("alaw.wav", null, "pcm_alaw", null, null, null, 1000, "original", null, null, null, null, null)]
    [InlineData("unset-clock.mp4", "h264", null, 320, 180, 0, 1000, "original", null, null, null, null, null)]
    [InlineData("ten-bit.mp4", "h264", null, 320, 180, 0, 1000, "needs-preview", null, null, null, null, null)]
    [InlineData("h264.mkv", "h264", null, 320, 180, 0, 1000, "original", null, null, null, null, null)]
    public void What_ffprobe_printed_becomes_facts(
        string file, string? video, string? audio, int? width, int? height, int? rotation, int? durationMs, string plays, string? created, double? latitude, double? longitude, string? make, string? model)
    {
        var facts = FactsOf(File.ReadAllText(Path.Combine(Repository.Root, "tests/Ingest.Tests/Probing", file + ".json")))!;
        Assert.Equal((video, audio, width, height, rotation), (facts.VideoCodec, facts.AudioCodec, facts.Width, facts.Height, facts.Rotation));
        Assert.Equal(((long?)durationMs, plays), (facts.DurationMs, facts.Plays));
        Assert.Equal(created is null ? null : DateTimeOffset.Parse(created), facts.CreatedAt);
        Assert.Equal((latitude, longitude, latitude is null ? null : "container"), (facts.Latitude, facts.Longitude, facts.PlaceSource));
        Assert.Equal((make, model), (facts.Make, facts.Model));
        Assert.Equal(file == "gopro-karma.mp4" ? "gpmf:3" : null, facts.Telemetry);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"streams":[],"format":{"format_name":"mov"}}""")]
    [InlineData("""{"streams":[{"index":0,"codec_type":"data"}],"format":{"format_name":"mov"}}""")]
    public void What_holds_no_media_gives_no_facts_and_no_error(string json) => Assert.Null(FactsOf(json));

    [Theory]
    [InlineData("10000:00:00.000000")]
    [InlineData("2562047788:00:54.775807")]
    [InlineData("-1:00:00.000000")]
    [InlineData("9999999999999999999")]
    [InlineData("N/A")]
    public void A_length_that_no_camera_makes_is_no_length(string duration)
    {
        var facts = FactsOf(Json($"\"duration\":\"{duration}\""));
        Assert.True(facts is null || facts.DurationMs is null, $"{facts?.DurationMs}");
    }

    [Theory]
    [InlineData("+91.0000+000.5000/")]
    [InlineData("+10.0000+181.0000/")]
    [InlineData("+00.0000+000.0000/")]
    [InlineData("somewhere")]
    [InlineData("")]
    public void A_place_that_is_none_is_left_out(string place)
    {
        var facts = FactsOf(Json($"\"tags\":{{\"location\":\"{place}\"}}"))!;
        Assert.Equal((null, null, null), (facts.Latitude, facts.Longitude, facts.PlaceSource));
    }

    [Theory]
    [InlineData("9999-12-31T23:59:59.000000Z")]
    [InlineData("0001-01-01T00:00:00.000000Z")]
    [InlineData("1970-01-01T00:00:00.000000Z")]
    [InlineData("not a time")]
    public void A_creation_time_that_no_camera_meant_is_left_out(string created) =>
        Assert.Null(FactsOf(Json($"\"tags\":{{\"creation_time\":\"{created}\"}}"))!.CreatedAt);

    [Fact]
    public void A_cover_picture_is_no_video()
    {
        var facts = FactsOf("""
            {"streams":[{"index":0,"codec_name":"mp3","codec_type":"audio","sample_rate":"44100","channels":2,"disposition":{"attached_pic":0}},
            {"index":1,"codec_name":"mjpeg","codec_type":"video","width":10,"height":10,"disposition":{"attached_pic":1}}],
            "format":{"format_name":"mp3","duration":"0:00:01.000000"}}
            """)!;
        Assert.Equal((null, "mp3"), (facts.VideoCodec, facts.AudioCodec));
    }

    private static string Json(string format) => """
        {"streams":[{"index":0,"codec_name":"h264","codec_type":"video","width":320,"height":180,"pix_fmt":"yuv420p","avg_frame_rate":"0/0","r_frame_rate":"0/0"}],
        "format":{"format_name":"mov,mp4",FORMAT}}
        """.Replace("FORMAT", format, StringComparison.Ordinal);

    private static MediaRow? FactsOf(string json) => FfprobeReader.FactsOf(ClipId.New(Given.Now), json, Given.Now);
}
