using Xunit;
using YaoAn.Catalog;

namespace YaoAn.Api.Tests;

public sealed class BadgesTests
{
    [Theory]
    [InlineData(ClipStage.Registered, ClipHealth.Ok, "none")]
    [InlineData(ClipStage.Registered, ClipHealth.Attention, "none")]
    [InlineData(ClipStage.Stored, ClipHealth.Ok, "ok")]
    [InlineData(ClipStage.Previewed, ClipHealth.Attention, "ok")]
    [InlineData(ClipStage.Previewed, ClipHealth.Damaged, "bad")]
    [InlineData(ClipStage.Registered, ClipHealth.Damaged, "bad")]
    public void Green_only_where_bytes_were_read_back_and_are_the_same(ClipStage stage, ClipHealth health, string look) =>
        Assert.Equal(look, Badges.Integrity(Clip(stage, health)).Look);

    [Fact]
    public void Trouble_is_said_before_anything_else() =>
        Assert.Equal("State_attention", Badges.State(Clip(ClipStage.Previewed, ClipHealth.Attention) with { Sightings = 2, Plays = "original" }).Word);

    [Fact]
    public void A_duplicate_is_a_result() =>
        Assert.Equal([2L], Badges.State(Clip(ClipStage.Previewed, ClipHealth.Ok) with { Sightings = 2, Plays = "original" }).Values);

    [Theory]
    [InlineData(512, "512 B")]
    [InlineData(999_999, "1.0 MB")]
    [InlineData(8_400_000_000, "8.4 GB")]
    [InlineData(1_200_000_000_000, "1.2 TB")]
    public void Bytes_have_decimal_units(long bytes, string text) => Assert.Equal(text, Amounts.Bytes(bytes));

    [Fact]
    public void Times_are_shown_in_UTC_plus_8() =>
        Assert.Equal("2026-11-25 00:30", ChinaTime.Minute(new DateTimeOffset(2026, 11, 24, 16, 30, 0, TimeSpan.Zero)));

    [Theory]
    [InlineData("2026-11-24T09:30:00.9+08:00", " – 09:30:00")]
    [InlineData("2026-11-25T00:10:00+08:00", " – 11-25 00:10:00")]
    [InlineData("2026-11-24T09:27:26.5+08:00", "")]
    [InlineData(null, "")]
    public void An_end_is_said_where_there_is_one_with_its_day_where_that_is_another(string? until, string text) =>
        Assert.Equal(text, ChinaTime.Until(DateTimeOffset.Parse("2026-11-24T01:27:26Z"), until is null ? null : DateTimeOffset.Parse(until)));

    private static ClipRow Clip(ClipStage stage, ClipHealth health) => new()
    {
        ClipId = new ClipId(Guid.Empty),
        Sha256 = Sha256Digest.From(new byte[32]),
        SizeBytes = 1,
        Kind = ClipKind.Video,
        Stage = stage,
        Health = health,
        PreviewState = "ready",
        Sidecar = false,
        Sample = false,
        Station = "station-1",
        DisplayName = "a.mp4",
        ReceivedAt = DateTimeOffset.UnixEpoch,
        Sightings = 1,
        Parts = 1,
        Part = 1,
    };
}
