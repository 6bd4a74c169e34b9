using System.Net;
using System.Text.RegularExpressions;
using Xunit;
using YaoAn.Catalog;

namespace YaoAn.Api.Tests;

/// <summary>What a person does with pages, forms and sheets.</summary>
internal static partial class Forms
{
    public static async Task<HttpStatusCode> StatusAsync(HttpClient browser, string path)
    {
        using var answer = await browser.GetAsync(path);
        return answer.StatusCode;
    }

    /// <summary>Somebody who is signed in and may send changes to the API as a page's script does.</summary>
    public static async Task<HttpClient> ProgramAsync(ApiUnderTest api, string role, string scope = AccountScopes.All, string? unit = null)
    {
        var program = await api.SignedInAsync(role, scope, unit);
        program.DefaultRequestHeaders.Add("RequestVerificationToken", await ApiUnderTest.HeaderTokenAsync(program));
        return program;
    }

    public static async Task<string> PageAsync(HttpClient browser, string path) => WebUtility.HtmlDecode(await browser.GetStringAsync(path));

    public static async Task<HttpResponseMessage> PostAsync(HttpClient browser, string path, Dictionary<string, string> fields, string query = "")
    {
        fields["__RequestVerificationToken"] = ApiUnderTest.FormToken(await browser.GetStringAsync(path));
        using var form = new FormUrlEncodedContent(fields);
        return await browser.PostAsync(path + query, form);
    }

    public static async Task<HttpResponseMessage> SendFileAsync(HttpClient browser, string sheet, byte[] file, string name)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent(ApiUnderTest.FormToken(await browser.GetStringAsync($"/{sheet}/import"))), "__RequestVerificationToken" },
            { new ByteArrayContent(file), "file", name },
        };
        return await browser.PostAsync($"/{sheet}/import", form);
    }

    /// <summary>The address of the trial.</summary>
    public static async Task<string> UploadAsync(HttpClient browser, string sheet, byte[] file)
    {
        using var answer = await SendFileAsync(browser, sheet, file, "表.xlsx");
        Assert.True(answer.StatusCode == HttpStatusCode.Redirect, await answer.Content.ReadAsStringAsync());
        return answer.Headers.Location!.ToString();
    }

    public static async Task<HttpResponseMessage> ApplyAsync(HttpClient browser, string page, string sheet = "officers")
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["__RequestVerificationToken"] = ApiUnderTest.FormToken(page),
            ["import"] = Field("import").Match(page).Groups[1].Value,
            ["seen"] = Field("seen").Match(page).Groups[1].Value,
        });
        return await browser.PostAsync($"/{sheet}/import?handler=Apply", form);
    }

    private static Regex Field(string name) => new($"name=\"{name}\" value=\"([^\"]+)\"", RegexOptions.CultureInvariant);

    /// <summary>New, changed, unchanged, bad.</summary>
    public static string Tallies(string page) => string.Join(' ', Tally().Matches(page).Select(match => match.Groups[1].Value));

    [GeneratedRegex("class=\"tally[^\"]*\"><b>([0-9]+)</b>", RegexOptions.CultureInvariant)]
    private static partial Regex Tally();
}
