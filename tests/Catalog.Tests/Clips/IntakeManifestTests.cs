using System.Text;
using System.Text.Json;
using CsCheck;
using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Clips;

public sealed class IntakeManifestTests
{
    private static readonly Gen<string> s_text = Gen.String[Gen.Char["aZ09 \"\\/{}\n\t,:执法\u202E"], 0, 20];

    [Fact]
    public void A_manifest_comes_back_from_its_bytes() =>
        Gen.Select(Gen.Byte.Array[1, 60], s_text, Gen.Int[0, 999_999], Gen.Bool, Gen.Long[1, long.MaxValue], s_text).Sample((raw, text, microseconds, full, size, person) =>
        {
            var name = new NameFacts("ga-7-6-14", full ? "0000001" : null, person, new DateTime(2024, 1, 2, 3, 4, 5), "Asia/Shanghai", Given.Now, "NOR", 7);
            var manifest = Given.Manifest() with
            {
                RawPath = raw,
                DisplayPath = text,
                Size = size,
                Modified = Given.Now.AddMicroseconds(microseconds),
                Clip = full ? ClipId.New(Given.Now) : null,
                SidecarOf = full ? IntakeId.New(Given.Now) : null,
                Slot = full ? 3 : null,
                Name = full ? name : null,
            };
            var back = IntakeManifest.FromBytes(manifest.ToBytes());
            Assert.Equal(manifest.RawPath, back.RawPath);
            Assert.Equal(manifest, back with { RawPath = manifest.RawPath });
        });

    [Fact]
    public void What_the_store_adds_is_told_and_taken_off_again()
    {
        var spooled = Given.Manifest();
        var stored = spooled with { Clip = new ClipId(spooled.Intake.Value), Stored = Given.Now.AddTicks(1), Sm3 = Sm3Digest.From(new byte[32]) };
        var back = IntakeManifest.FromBytes(stored.ToBytes());
        Assert.Equal((stored.Clip, stored.Stored, stored.Sm3), (back.Clip, back.Stored, back.Sm3));
        Assert.Equal(spooled.ToBytes(), back.AsSpooled.ToBytes());
        Assert.DoesNotContain("stored", Encoding.UTF8.GetString(spooled.ToBytes()), StringComparison.Ordinal);
    }

    [Fact]
    public void Its_json_can_be_read_by_other_programs()
    {
        using var json = JsonDocument.Parse(Given.Manifest(path: "现场/视频.mp4").ToBytes());
        Assert.Equal(1, json.RootElement.GetProperty("schema").GetInt32());
        Assert.Equal(64, json.RootElement.GetProperty("sha256").GetString()!.Length);
        Assert.Equal("现场/视频.mp4", json.RootElement.GetProperty("displayPath").GetString());
        Assert.Equal("现场/视频.mp4", Encoding.UTF8.GetString(json.RootElement.GetProperty("rawPath").GetBytesFromBase64()));
        Assert.False(json.RootElement.TryGetProperty("isSample", out _));
    }

    [Fact]
    public void A_member_of_a_later_program_is_passed_over() => Assert.Equal(
        1, IntakeManifest.FromBytes(Edited(text => text.Replace("\"schema\": 1", "\"schema\": 1, \"later\": {}", StringComparison.Ordinal))).Schema);

    [Fact]
    public void A_schema_that_is_not_known_is_refused() => Assert.Contains(
        "schema 2",
        Assert.Throws<JsonException>(() => IntakeManifest.FromBytes(Edited(text => text.Replace("\"schema\": 1", "\"schema\": 2", StringComparison.Ordinal)))).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"schema\": 1")]
    public void Bytes_that_are_no_manifest_are_refused(string text) =>
        Assert.ThrowsAny<JsonException>(() => IntakeManifest.FromBytes(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("SAMPLE-0001", true)]
    [InlineData("sample-0001", false)]
    [InlineData("DSJ-SAMPLE-1", false)]
    [InlineData(null, false)]
    public void Only_the_prefix_of_the_serial_makes_a_sample(string? serial, bool isSample) => Assert.Equal(isSample, Given.Manifest(serial: serial).IsSample);

    private static byte[] Edited(Func<string, string> edit) => Encoding.UTF8.GetBytes(edit(Encoding.UTF8.GetString(Given.Manifest().ToBytes())));
}
