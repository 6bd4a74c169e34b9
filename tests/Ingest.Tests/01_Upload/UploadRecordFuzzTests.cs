using System.Text.Json;
using CsCheck;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Ingest.Tests.Upload;

/// <summary>Fuzz of <c>upload.json</c>: a broken disk must not keep a station from starting.</summary>
public sealed class UploadRecordFuzzTests
{
    private static readonly UploadRecord s_begun = new()
    {
        Id = UploadId.New(),
        Uploader = new Uploader(AccountId.New(Given.Now), "王小明 (wang)"),
        RawName = [0xD6, 0xB4, .. ".mp4"u8],
        SizeBytes = 200_000,
        Modified = Given.Now,
        Batch = "batch",
        Ticket = "ticket",
        Session = SessionId.New(Given.Now),
        Attached = Given.Now,
        Begun = Given.Now,
    };

    private static readonly byte[][] s_valid = [s_begun.ToBytes(), (s_begun with { Intake = IntakeId.New(Given.Now), Kept = Given.Now, Sha256 = Given.Sha256([1]) }).ToBytes()];

    [Fact]
    public void No_bytes_make_the_reader_of_upload_records_stumble() =>
        Gen.Int.Select(seed => Fuzz.Changed(s_valid, seed)).Sample(Check, time: Fuzz.Seconds, print: Fuzz.Print);

    [Fact]
    public void A_record_with_one_other_byte_is_read_or_refused_with_a_sentence()
    {
        foreach (var bytes in s_valid.SelectMany(Fuzz.OneByteOff))
            Check(bytes);
    }

    [Theory]
    [InlineData("uploader", "null")]
    [InlineData("uploader", "{}")]
    [InlineData("rawName", "null")]
    [InlineData("batch", "null")]
    [InlineData("sizeBytes", "-1")]
    [InlineData("kept", "\"2026-11-24T01:02:03Z\"")]
    public void What_a_record_must_have_is_asked_for_at_its_reading(string member, string value)
    {
        var json = System.Text.Json.Nodes.JsonNode.Parse(s_valid[0])!.AsObject();
        json[member] = System.Text.Json.Nodes.JsonNode.Parse(value);
        Assert.ThrowsAny<JsonException>(() => UploadRecord.FromBytes(System.Text.Encoding.UTF8.GetBytes(json.ToJsonString())));
    }

    private static void Check(byte[] bytes)
    {
        var record = Fuzz.BoundedOrRefused<UploadRecord, JsonException>(bytes, () => UploadRecord.FromBytes(bytes));
        if (record is null)
            return;
        Assert.NotNull(record.Uploader.Name + record.Batch + record.Ticket);
        Assert.NotNull(record.RawName);
        Assert.True(record.SizeBytes >= 0 && (record.Kept is null || record.Intake is not null));
        Assert.Equal(record.ToBytes(), UploadRecord.FromBytes(record.ToBytes()).ToBytes());
    }
}
