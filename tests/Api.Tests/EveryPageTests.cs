using System.Security.Cryptography;
using Deque.AxeCore.Playwright;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Xunit;
using Xunit.Sdk;
using YaoAn.Catalog;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;

namespace YaoAn.Api.Tests;

/// <summary>
/// Every page of the program's own table of routes, in real Chromium at 1366x768: no serious finding of axe, no violation of the content security policy, nothing on
/// the console, nothing wider than the screen, and something left to print. A page that is added is found by itself.
/// </summary>
public sealed class EveryPageTests : IAsyncLifetime
{
    private static readonly string[] s_roles =
        [AccountRoles.Officer, AccountRoles.Reviewer, AccountRoles.Auditor, AccountRoles.DeviceAdministrator, AccountRoles.SystemAdministrator, AccountRoles.SecurityAdministrator, AccountRoles.Leader];

    /// <summary>Auditors open these as well, and see them without their forms.</summary>
    private static readonly string[] s_ofManagers = ["units", "officers", "officers/{key}", "recorders", "recorders/{key}", "recorder-models"];

    private readonly ApiUnderTest _api = new() { OnLoopback = true };

    /// <summary>Values of parameters of addresses, by the address.</summary>
    private readonly Dictionary<string, string> _addresses = new(StringComparer.Ordinal)
    {
        ["units/{key}"] = "units/EP",
        ["policies/{unit}"] = "policies/EP",
        ["officers/{key}"] = "officers/EP1",
        ["recorders/{key}"] = "recorders/EP-1",
        ["accounts/{name}"] = $"accounts/every-{AccountRoles.Officer}",
    };

    public async Task InitializeAsync()
    {
        await _api.InitializeAsync();
        if (!TestDatabase.Given || !Browser.Given)
            return;
        await GivenCases.PeopleAsync(_api, "EP");
        await GivenPeople.RecorderAsync(_api.Database.Catalog, "EP-1", "EP");
        var clip = await _api.GivenClipAsync(RandomNumberGenerator.GetBytes(64), recorder: "EP-1");
        _addresses["clips/{id}"] = $"clips/{clip}";
        _addresses["dock/receipt/{session}"] = $"dock/receipt/{await _api.GivenSessionAsync("EP-1", 1)}";
        _addresses["clips/{id}/markers"] = $"clips/{clip}/markers";
        using var reviewer = await _api.SignedInAsync(AccountRoles.Reviewer);
        reviewer.DefaultRequestHeaders.Add("RequestVerificationToken", await ApiUnderTest.HeaderTokenAsync(reviewer));
        await GivenCases.PutAsync(reviewer, "EP-1", GivenCases.Body("EP"));
        _addresses["cases/{number}"] = "cases/EP-1";
        await new ChecklistTable(_api.Database.Catalog).DraftAsync(GivenPeople.By(), default);
        _addresses["checklist/{number:int?}"] = "checklist";
        _addresses["checklist/{number:int}/{key}"] = "checklist/2/T11";
        _addresses["cases/{number}/edit"] = "cases/EP-1/edit";
        _addresses["cases/{number}/list"] = "cases/EP-1/list";
    }

    public Task DisposeAsync() => _api.DisposeAsync();

    [SkippableFact]
    public async Task No_page_of_any_role_has_a_serious_finding_a_complaint_or_a_scroll_bar_across()
    {
        TestDatabase.Need();
        Browser.Need();
        var left = Pages();
        var findings = new List<string>();
        foreach (var role in s_roles)
        {
            var name = $"every-{role}";
            await _api.GivenAccountAsync(name, role);
            await using var profile = await Browser.SignedInAsync(_api.Pages, name, ApiUnderTest.Password);
            foreach (var page in Pages().Where(page => left.Contains(page) || page == "today" || (role == AccountRoles.DeviceAdministrator && s_ofManagers.Contains(page))))
            {
                if (await LookAsync(profile, page, role, findings))
                    left.Remove(page);
            }
        }
        await using var atTheDoor = await Browser.AtTheDoorAsync(_api.Pages, $"every-{AccountRoles.Auditor}", ApiUnderTest.Password);
        if (await LookAsync(atTheDoor, "sign-in/second", "at the door", findings))
            left.Remove("sign-in/second");
        await using var stranger = await Browser.ProfileAsync(_api.Pages);
        foreach (var page in left.ToList())
        {
            if (await LookAsync(stranger, page, "anonymous", findings))
                left.Remove(page);
        }
        Assert.True(left.Count == 0, $"No role could open {string.Join(", ", left)}: a page with parameters needs its values in {nameof(EveryPageTests)}.{nameof(_addresses)}.");
        Assert.True(findings.Count == 0, string.Join(Environment.NewLine, findings));
    }

    private List<string> Pages() =>
    [
        .. _api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<PageActionDescriptor>() is not null)
            .Select(endpoint => endpoint.RoutePattern.RawText!.TrimStart('/')).Distinct().Order(StringComparer.Ordinal),
    ];

    /// <returns>Whether the page opened.</returns>
    private async Task<bool> LookAsync(IBrowserContext profile, string page, string role, List<string> findings)
    {
        var address = "/" + _addresses.GetValueOrDefault(page, page);
        // What sends on or refuses is none of this role's; a set-up link that is used up is a page as well.
        var probe = await profile.APIRequest.GetAsync(address, new() { MaxRedirects = 0 });
        if (probe.Status != 200 && !(page == "setup" && probe.Status == 404))
            return false;
        var watched = await WatchedPage.OpenAsync(profile);
        try
        {
            await watched.Page.GotoAsync(address);
            foreach (var violation in (await watched.Page.RunAxe()).Violations.Where(violation => violation.Impact is "serious" or "critical"))
                findings.Add($"{address} ({role}): {violation.Id}, {violation.Help}: {string.Join("; ", violation.Nodes.Take(3).Select(node => node.Html))}");
            if (await watched.Page.EvaluateAsync<int>("document.documentElement.scrollWidth") is > 1366 and var width)
                findings.Add($"{address} ({role}): {width} px wide");
            await Pictures.ScreenAsync(watched.Page, $"page-{page.Replace('/', '-')}-{role.Replace(' ', '-')}");
            await watched.Page.EmulateMediaAsync(new() { Media = Media.Print });
            if ((await watched.Page.InnerTextAsync("body")).Trim().Length == 0)
                findings.Add($"{address} ({role}): nothing to print");
            // The station of these tests is a stand-in without a board, and the browser itself tells of the 404 of a link that is used up.
            if (page is not ("dock" or "dock/clock" or "setup"))
                watched.AssertCalm();
        }
        catch (XunitException e)
        {
            findings.Add($"{address} ({role}): {e.Message}");
        }
        finally
        {
            await watched.Page.CloseAsync();
        }
        return true;
    }
}
