using System.Text;
using System.Text.Json;
using CsCheck;
using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Clips;

/// <summary>
/// Fuzz of what is read back from a spool, a store or a recorder's root after anybody may have written there: <c>intake.json</c>, the manifests beside
/// stored originals, binding files, codes of a station's clock. Read or refused with a sentence, and what was read has all that the program relies on.
/// </summary>
public sealed class ManifestFuzzTests
{
    private static readonly byte[] s_key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    private static readonly IntakeManifest s_full = Given.Manifest(path: "DCIM/现场.mp4") with
    {
        Name = new NameFacts("ga-7-6-14", "0000001", "000002", new DateTime(2024, 1, 2, 3, 4, 5), "Asia/Shanghai", Given.Now, "NOR", 7, "A"),
        SidecarOf = IntakeId.New(Given.Now),
        Uploader = new Uploader(AccountId.New(Given.Now), "张三 000002"),
        Clip = ClipId.New(Given.Now),
        Stored = Given.Now,
        Sm3 = Sm3Digest.From(new byte[32]),
    };

    private static readonly byte[][] s_manifests = [s_full.ToBytes(), Given.Manifest(serial: null).ToBytes(), (Given.Manifest() with { Slot = null, Source = "browser", Uploader = s_full.Uploader }).ToBytes()];

    [Fact]
    public void No_bytes_make_the_reader_of_manifests_stumble() =>
        Gen.Int.Select(seed => Fuzz.Changed(s_manifests, seed)).Sample(CheckManifest, time: Fuzz.Seconds, print: Fuzz.Print);

    [Fact]
    public void A_manifest_with_one_other_byte_is_read_or_refused_with_a_sentence()
    {
        foreach (var bytes in Fuzz.OneByteOff(s_manifests[0]))
            CheckManifest(bytes);
    }

    [Theory]
    [InlineData("recorder", "null")]
    [InlineData("recorder", """{"key":null,"serial":null,"by":"none"}""")]
    [InlineData("recorder", "{}")]
    [InlineData("rawPath", "null")]
    [InlineData("rawPath", "\"\"")]
    [InlineData("displayPath", "null")]
    [InlineData("station", "null")]
    [InlineData("source", "null")]
    [InlineData("uploader", """{"account":"0193a5a0-0000-7000-8000-000000000000","name":null}""")]
    [InlineData("name", """{"profile":null}""")]
    [InlineData("size", "-1")]
    public void What_a_manifest_must_have_is_asked_for_at_its_reading(string member, string value)
    {
        var json = System.Text.Json.Nodes.JsonNode.Parse(s_manifests[0])!.AsObject();
        json[member] = System.Text.Json.Nodes.JsonNode.Parse(value);
        Assert.ThrowsAny<JsonException>(() => IntakeManifest.FromBytes(Encoding.UTF8.GetBytes(json.ToJsonString())));
    }

    [Fact]
    public void A_manifest_of_any_facts_comes_back_as_it_was()
    {
        var text = Gen.String[Gen.Char["aZ09 \"\\/{}\n\t,:执法\u202E\u0001é"], 1, 20];
        var time = Gen.Long[0, 7_000_000_000_000_000].Select(microseconds => DateTimeOffset.UnixEpoch.AddMicroseconds(microseconds));
        Gen.Select(Gen.Byte.Array[1, 255], text, time, Gen.Long[0, long.MaxValue], Gen.Byte.Array[32], Gen.Guid, Gen.Int[0, 63]).Sample((raw, word, at, size, digest, id, parts) =>
        {
            bool Has(int part) => (parts & (1 << part)) != 0;
            var manifest = new IntakeManifest
            {
                Intake = new IntakeId(id),
                Clip = Has(0) ? new ClipId(id) : null,
                Sha256 = Sha256Digest.From(digest),
                Size = size,
                Head = Sha256Digest.From(digest),
                RawPath = raw,
                DisplayPath = word,
                Modified = at,
                Recorder = new RecorderIdentity(word, Has(1) ? word : null, "binding"),
                Name = Has(2) ? new NameFacts(word, word, null, at.UtcDateTime, "UTC", at, word, size, word) : null,
                SidecarOf = Has(3) ? new IntakeId(id) : null,
                Station = word,
                Slot = Has(4) ? 7 : null,
                Session = new SessionId(id),
                Source = "dock",
                Uploader = Has(5) ? new Uploader(new AccountId(id), word) : null,
                Attached = at,
                Spooled = at,
                Stored = Has(0) ? at : null,
                Sm3 = Has(0) ? Sm3Digest.From(digest) : null,
            };
            var back = IntakeManifest.FromBytes(manifest.ToBytes());
            Assert.Equal(raw, back.RawPath);
            Assert.Equal(manifest, back with { RawPath = manifest.RawPath });
            Assert.Equal(manifest.ToBytes(), back.ToBytes());
        });
    }

    [Fact]
    public void No_bytes_on_a_recorder_claim_a_serial_that_the_bureau_did_not_write()
    {
        byte[][] valid = [RecorderBinding.Write("DSJ-0000001", 1, s_key), RecorderBinding.Write("执法-2", 12, s_key)];
        void Check(byte[] bytes)
        {
            var serial = Fuzz.BoundedOrRefused<string, JsonException>(bytes, () => RecorderBinding.ReadSerial(bytes, s_key)!);
            Assert.True(serial is null or "DSJ-0000001" or "执法-2", serial);
        }
        Gen.Int.Select(seed => Fuzz.Changed(valid, seed)).Sample(Check, time: Fuzz.Seconds, print: Fuzz.Print);
        foreach (var bytes in valid.SelectMany(Fuzz.OneByteOff))
            Check(bytes);
    }

    [Fact]
    public void No_code_that_a_recorder_filmed_tells_a_time_that_no_station_showed()
    {
        byte[][] valid = [Encoding.ASCII.GetBytes(StationClockCode.Of(Given.Now, true, s_key)), Encoding.ASCII.GetBytes(StationClockCode.Of(Given.Now.AddSeconds(1), false, s_key))];
        void Check(byte[] bytes)
        {
            var read = Fuzz.Bounded(bytes, () => StationClockCode.Read(Encoding.UTF8.GetString(bytes), s_key));
            Assert.True(read is null || read == (Given.Now, true) || read == (Given.Now.AddSeconds(1), false), $"{read}");
        }
        Gen.Int.Select(seed => Fuzz.Changed(valid, seed)).Sample(Check, time: Fuzz.Seconds, print: Fuzz.Print);
        foreach (var bytes in valid.SelectMany(Fuzz.OneByteOff))
            Check(bytes);
    }

    private static void CheckManifest(byte[] bytes)
    {
        var manifest = Fuzz.BoundedOrRefused<IntakeManifest, JsonException>(bytes, () => IntakeManifest.FromBytes(bytes));
        if (manifest is null)
            return;
        _ = manifest.IsSample;
        Assert.NotEmpty(manifest.RawPath);
        Assert.True(manifest.Size >= 0);
        Assert.NotNull(manifest.Recorder.Key + manifest.Recorder.By + manifest.Station + manifest.Source + manifest.DisplayPath);
        Assert.True(manifest.Uploader is null || manifest.Uploader.Name is not null);
        // What was read can be written again and is the same then.
        Assert.Equal(manifest.ToBytes(), IntakeManifest.FromBytes(manifest.ToBytes()).ToBytes());
        // Its key is made of its ids, whatever its names are.
        Assert.StartsWith($"originals/{manifest.Intake}/", ObjectKey.Manifest(new ClipId(manifest.Intake.Value), manifest.Intake).Value, StringComparison.Ordinal);
    }
}
