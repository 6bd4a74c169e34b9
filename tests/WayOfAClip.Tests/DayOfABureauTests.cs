using System.Globalization;
using Microsoft.Playwright;
using MiniExcelLibs;
using Xunit;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;

namespace YaoAn.WayOfAClip.Tests;

/// <summary>A day: people and recorders come in from sheets, labels are printed, recorders are bound and issued, film, and are docked.</summary>
public sealed class DayOfABureauTests
{
    private const int People = 60, Docked = 12, Slots = 8, Wrong = 12, AtTheDesk = 3;

    /// <summary>Sends JSON as the pages' scripts do; gives the statuses.</summary>
    private const string Send = """
        async requests => {
          const token = document.querySelector('[name=__RequestVerificationToken]').value;
          const statuses = [];
          for (const [method, path, body] of requests)
            statuses.push((await fetch(path, { method, body, headers: { 'Content-Type': 'application/json', RequestVerificationToken: token } })).status);
          return statuses;
        }
        """;

    /// <summary>Presses the button of a recorder's binding file and gives the file's text.</summary>
    private const string Bind = """
        async path => {
          const token = document.querySelector('[name=__RequestVerificationToken]').value;
          const answer = await fetch(`${path}?handler=Binding`, { method: 'POST', body: new URLSearchParams({ __RequestVerificationToken: token }) });
          return `${answer.status} ${await answer.text()}`;
        }
        """;

    [SkippableFact]
    public async Task Every_clip_of_a_day_has_the_officer_who_had_its_recorder_and_a_contradiction_waits_for_a_person()
    {
        Needs.StationAndBrowser();
        await using var station = await StationUnderTest.StartAsync(new StationSettings { Slots = Slots });
        await station.TellAsync(async () =>
        {
            await station.Table.GiveRoleAsync(StationUnderTest.Reviewer, "device_administrator");
            await using var profile = await Browser.SignedInAsync(station.Pages, StationUnderTest.Reviewer, StationUnderTest.Password);
            var watched = await WatchedPage.OpenAsync(profile, "/officers/import");
            var page = watched.Page;
            Assert.Equal(201, Assert.Single(await SendAsync(page, [["PUT", "/api/v1/units/YA-1", """{"name":"一中队","kind":"squad","officersPerRecorder":1}"""]])));
            await ImportAsync(page, "officers", number => new() { ["工号*"] = Officer(number), ["姓名*"] = $"人员{number}", ["单位编号*"] = "YA-1" });
            await ImportAsync(page, "recorders", number => new() { ["设备编号*"] = Serial(number), ["类别*"] = "执法记录仪", ["单位编号*"] = "YA-1", ["状态*"] = "在用" });

            await page.GotoAsync("/recorders/labels?unit=YA-1");
            Assert.Equal(People, await page.Locator("svg.qr").CountAsync());
            await page.EmulateMediaAsync(new() { Media = Media.Print });
            Assert.True(await page.Locator("svg.qr").Last.IsVisibleAsync());
            Assert.False(await page.Locator("h1").IsVisibleAsync());
            await page.EmulateMediaAsync(new() { Media = Media.Screen });

            await IssueAsync(page);
            for (var first = 1; first <= Docked; first += Slots)
                await DockAsync(station, page, first, Math.Min(Docked, first + Slots - 1));

            await Wait.UntilAsync("all have their previews", Needs.Later, async () => (await station.Table.ClipsAsync()).Count(clip => clip.Stage == "linked") == Docked);
            Assert.Equal(
                Enumerable.Range(1, Docked).Select(number => number == Wrong
                    ? (Serial(number), "binding", null, "name-contradicts")
                    : (Serial(number), (string?)"binding", (string?)Officer(number), (string?)null)),
                await station.Table.OwnersAsync());
            await page.GotoAsync("/unattributed");
            var waits = await page.Locator(".card.list tbody tr").AllInnerTextsAsync();
            Assert.Contains(Serial(Wrong), Assert.Single(waits), StringComparison.Ordinal);
            Assert.Contains($"文件名中的人员编号是 {Officer(Wrong + 1)}", waits[0], StringComparison.Ordinal);
            await page.GotoAsync($"/recorders/{Serial(1)}");
            Assert.Contains(Officer(1), await page.Locator("dl").InnerTextAsync(), StringComparison.Ordinal);
            watched.AssertCalm();
            Assert.Empty(station.ErrorsLogged());
        });
    }

    private static async Task ImportAsync(IPage page, string sheet, Func<int, Dictionary<string, object?>> row)
    {
        using var workbook = new MemoryStream();
        workbook.SaveAs(Enumerable.Range(1, People).Select(row).ToList());
        await page.GotoAsync($"/{sheet}/import");
        await page.SetInputFilesAsync("input[type=file]", new FilePayload { Name = $"{sheet}.xlsx", MimeType = "application/octet-stream", Buffer = workbook.ToArray() });
        await page.ClickAsync("form[enctype] button[type=submit]");
        await page.Locator(".tally").First.WaitForAsync();
        Assert.Equal("60 0 0 0", string.Join(' ', await page.Locator(".tally b").AllInnerTextsAsync()));
        await page.ClickAsync("form[action*='handler=Apply'] button[type=submit]");
        await page.ArriveAsync("said=done");
    }

    /// <summary>The first ones with a scanner at the desk, the others by a program; both since before they filmed.</summary>
    private static async Task IssueAsync(IPage page)
    {
        await page.GotoAsync("/recorders");
        var since = DateTimeOffset.UtcNow.AddHours(-2).ToString("O", CultureInfo.InvariantCulture);
        var others = Enumerable.Range(AtTheDesk + 1, People - AtTheDesk)
            .Select(number => new[] { "POST", $"/api/v1/recorders/{Serial(number)}/issue", $$"""{"officer":"{{Officer(number)}}","at":"{{since}}"}""" });
        Assert.All(await SendAsync(page, [.. others]), status => Assert.Equal(200, status));
        for (var number = 1; number <= AtTheDesk; number++)
        {
            await page.FillAsync("#issue-device", $"YAOAN:R:{Serial(number)}");
            await page.PressAsync("#issue-device", "Enter");
            await page.FillAsync("#issue-to", $"YAOAN:P:{Officer(number)}");
            await page.PressAsync("#issue-to", "Enter");
            await page.ArriveAsync($@"/recorders\?said=issued&serial={Serial(number)}$");
        }
    }

    /// <summary>Binds some recorders with the file that their pages give, lets each film, and puts them into the slots at once.</summary>
    private static async Task DockAsync(StationUnderTest station, IPage page, int first, int last)
    {
        for (var number = first; number <= last; number++)
        {
            var (slot, path) = (number - first + 1, $"/recorders/{Serial(number)}");
            if (number > Slots)
                await station.UndockAsync(slot);
            await page.GotoAsync(path);
            var binding = await page.EvaluateAsync<string>(Bind, path);
            Assert.StartsWith("200 {", binding, StringComparison.Ordinal);
            var filmed = DateTimeOffset.UtcNow + (number <= AtTheDesk ? TimeSpan.Zero : TimeSpan.FromHours(-1));
            var card = Directory.CreateDirectory(Path.Combine(station.Data, "run", $"card-{number}")).FullName;
            await Footage.WriteSmallAsync(Path.Combine(card, "DCIM", NameOf(number, filmed)));
            // The card comes as a whole: its binding file first, as on a real one that was bound before it filmed.
            await File.WriteAllTextAsync(Path.Combine(station.Slot(slot), "YAOAN.ID"), binding["200 ".Length..]);
            Directory.Move(Path.Combine(card, "DCIM"), Path.Combine(station.Slot(slot), "DCIM"));
        }
        for (var number = first; number <= last; number++)
            await station.GreenAsync(number - first + 1, files: 1, Needs.Later);
    }

    private static Task<int[]> SendAsync(IPage page, string[][] requests) => page.EvaluateAsync<int[]>(Send, requests);

    private static string Officer(int number) => string.Create(CultureInfo.InvariantCulture, $"{600000 + number}");

    private static string Serial(int number) => string.Create(CultureInfo.InvariantCulture, $"DL{number:00000}");

    /// <summary>As the industry's standard names files: with the officer's number, which is another's for the wrong one.</summary>
    private static string NameOf(int number, DateTimeOffset at) =>
        $"DSJ_{Serial(number)}_{Officer(number == Wrong ? number + 1 : number)}_{at.ToOffset(TimeSpan.FromHours(8)).ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture)}_0001.mp4";
}
