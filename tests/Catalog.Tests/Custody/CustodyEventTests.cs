using System.Text;
using System.Text.Json;
using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Custody;

public sealed class CustodyEventTests
{
    [Fact]
    public void Its_bytes_have_a_fixed_order_and_hold_every_fact()
    {
        var account = AccountId.New(Given.Now);
        var clip = ClipId.New(Given.Now);
        var custodyEvent = Given.Event(clip, "once", "clip.stored", new("sha256", Given.Sha256("a"u8)), new("size", 5L), new("none", null), new("list", (string[])["甲", "b"])) with
        {
            Actor = CustodyActor.Person(account, "张三"),
        };
        Assert.Equal(
            $$$"""{"schema":1,"event":"{{{custodyEvent.Id}}}","at":"2026-11-24T01:02:03Z","kind":"clip.stored","actor":{"kind":"account","name":"张三","account":"{{{account}}}"},"clip":"{{{clip}}}","facts":{"sha256":"{{{Given.Sha256("a"u8)}}}","size":5,"none":null,"list":["甲","b"]}}""",
            Encoding.UTF8.GetString(custodyEvent.ToBytes()));
        Assert.Equal(custodyEvent.ToBytes(), custodyEvent.ToBytes());
    }

    [Fact]
    public void Hostile_text_stays_inside_its_string()
    {
        var text = "\",\"kind\":\"forged\n\u0000\u202E\ud800";
        using var json = JsonDocument.Parse(Given.Event(null, "once", "k", new KeyValuePair<string, object?>("path", text)).ToBytes());
        Assert.Equal("k", json.RootElement.GetProperty("kind").GetString());
        Assert.StartsWith("\",\"kind\":\"forged\n", json.RootElement.GetProperty("facts").GetProperty("path").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_largest_body_is_65535_bytes()
    {
        var room = CustodyEvent.MaxBodyBytes - WithText("").ToBytes().Length;
        Assert.Equal(65_535, WithText(new string('x', room)).ToBytes().Length);
        Assert.Throws<InvalidOperationException>(() => WithText(new string('x', room + 1)).ToBytes());
        Assert.Throws<InvalidOperationException>(() => WithText(new string('执', (room / 3) + 1)).ToBytes());
    }

    private static CustodyEvent WithText(string text) => Given.Event(null, "once", "k", new KeyValuePair<string, object?>("text", text));
}
