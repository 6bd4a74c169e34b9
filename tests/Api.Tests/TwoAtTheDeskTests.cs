using Microsoft.Playwright;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;

namespace YaoAn.Api.Tests;

/// <summary>Two administrators at two screens, with the last recorder between them.</summary>
public sealed class TwoAtTheDeskTests : IAsyncLifetime
{
    private readonly ApiUnderTest _api = new() { OnLoopback = true };

    public Task InitializeAsync() => _api.InitializeAsync();

    public Task DisposeAsync() => _api.DisposeAsync();

    [SkippableFact]
    public async Task Of_two_who_issue_one_recorder_at_once_the_other_reads_who_has_it_and_until_when()
    {
        TestDatabase.Need();
        Browser.Need();
        var catalog = _api.Database.Catalog;
        await GivenPeople.UnitAsync(catalog, "TD");
        foreach (var number in new[] { "TD1", "TD2" })
            await GivenPeople.OfficerAsync(catalog, number, "TD", new DateOnly(2020, 1, 1));
        await GivenPeople.RecorderAsync(catalog, "TD-1", "TD");
        var desks = new List<IPage>();
        foreach (var name in new[] { "desk-one", "desk-two" })
        {
            await _api.GivenAccountAsync(name, AccountRoles.DeviceAdministrator);
            desks.Add(await (await Browser.SignedInAsync(_api.Pages, name, ApiUnderTest.Password)).NewPageAsync());
        }
        for (var round = 0; round < 3; round++)
        {
            for (var desk = 0; desk < 2; desk++)
                await FillAsync(desks[desk], $"TD{desk + 1}");
            await Task.WhenAll(desks.Select(desk => desk.Locator("#issue-to").PressAsync("Enter")));
            await Task.WhenAll(desks.Select(desk => desk.Locator("[role=status].note, [role=alert].note").First.WaitForAsync()));

            var holder = (await new RecorderTable(catalog).FindAsync("TD-1", default))!.Holder;
            var won = desks[holder == "TD1" ? 0 : 1];
            var lost = desks[holder == "TD1" ? 1 : 0];
            Assert.Contains($"已发放：设备 TD-1 由 人员 {holder} {holder} 领用", await won.InnerTextAsync("[role=status].note"), StringComparison.Ordinal);
            Assert.Matches($"设备 TD-1 自 .* 起由 人员 {holder} {holder} 领用，应于 2099-01-02 03:04 前归还", await lost.InnerTextAsync("[role=alert].note"));
            Assert.Equal(0, await lost.Locator("[role=status].note").CountAsync());
            if (round == 0)
                await Pictures.ScreenAsync(lost, "two-at-the-desk");
            await new AllocationTable(catalog).ReturnAsync("TD-1", null, GivenPeople.By(_api.Time.GetUtcNow() - Given.Now), default);
        }
        await Task.WhenAll(desks.Select(desk => desk.Context.CloseAsync()));
        Assert.Equal(3L, await _api.ScalarAsync<long>("select count(*) from allocation"));
    }

    private static async Task FillAsync(IPage desk, string officer)
    {
        await desk.GotoAsync("/recorders");
        await desk.FillAsync("#issue-device", "YAOAN:R:TD-1");
        await desk.FillAsync("#issue-due", "2099-01-02T03:04");
        await desk.FillAsync("#issue-to", $"YAOAN:P:{officer}");
    }
}
