using System.Text.Json;
using CsCheck;
using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Ids;

public sealed class IdTests
{
    [Fact]
    public void Every_kind_of_id_comes_back_from_its_text_and_its_json() => Gen.Guid.Sample(value =>
    {
        RoundTrips<ClipId>(value);
        RoundTrips<IntakeId>(value);
        RoundTrips<SessionId>(value);
        RoundTrips<EventId>(value);
        RoundTrips<VerificationId>(value);
        RoundTrips<AccountId>(value);
        RoundTrips<UploadId>(value);
    });

    [Theory]
    [InlineData("")]
    [InlineData("not-an-id")]
    [InlineData("{01919191-9191-7191-9191-919191919191}")]
    [InlineData("01919191919171919191919191919191")]
    [InlineData(" 01919191-9191-7191-9191-919191919191")]
    public void Any_other_form_is_refused(string text)
    {
        Assert.False(ClipId.TryParse(text, null, out _));
        Assert.Throws<FormatException>(() => ClipId.Parse(text));
    }

    [Fact]
    public void Json_that_holds_no_id_is_refused() =>
        Assert.ThrowsAny<Exception>(() => JsonSerializer.Deserialize<ClipId>("""{"value":"01919191-9191-7191-9191-919191919191"}"""));

    [Fact]
    public void Ids_sort_by_the_time_they_were_made()
    {
        var texts = Enumerable.Range(0, 50).Select(second => ClipId.New(Given.Now.AddSeconds(second)).ToString()).ToList();
        Assert.Equal(texts.Order(StringComparer.Ordinal), texts);
    }

    private static void RoundTrips<T>(Guid value)
        where T : struct, IGuidId<T>
    {
        var id = T.From(value);
        Assert.Equal(value.ToString("D"), id.ToString());
        Assert.Equal(id, T.Parse(id.ToString()!, null));
        Assert.True(T.TryParse(id.ToString()!.ToUpperInvariant(), null, out var parsed) && parsed.Equals(id));
        Assert.Equal($"\"{id}\"", JsonSerializer.Serialize(id));
        Assert.Equal(id, JsonSerializer.Deserialize<T>($"\"{id}\""));
        Assert.Equal(id, JsonSerializer.Deserialize<T?>(JsonSerializer.Serialize<T?>(id)));
        Assert.Null(JsonSerializer.Deserialize<T?>("null"));
    }
}
