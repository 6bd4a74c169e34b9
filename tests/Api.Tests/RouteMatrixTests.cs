using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Api.Tests;

/// <summary>Every address × every role × every unit, from the program's own table of routes and the table of rights.</summary>
public sealed class RouteMatrixTests(ApiUnderTest api) : IClassFixture<ApiUnderTest>
{
    private const string Nobody = "nobody";

    internal static readonly MediaRow Hevc = new()
    {
        ClipId = default,
        Container = "mov,mp4,m4a,3gp,3g2,mj2",
        DurationMs = 5_500,
        VideoCodec = "hevc",
        Plays = "needs-preview",
        Tags = "{}",
        ProbedAt = DateTimeOffset.UnixEpoch,
        Tool = "test",
    };

    private readonly List<string> _wrong = [];
    private readonly Dictionary<ClipId, (string? Officer, string? Unit, bool Sample)> _clips = [];
    private int _asked;

    [SkippableFact]
    public async Task Every_address_has_a_line_and_a_policy()
    {
        TestDatabase.Need();
        var routes = await RouteWalk.RoutesAsync(api.Services);
        var known = RouteLines.All.Select(line => line.Route).ToList();

        Assert.True(
            !routes.Except(known).Any(),
            "These addresses have no line. Add to tests/Api.Tests/RouteLines.cs, one line each: With(Right.…, \"ROUTE\", \"/path/with/values\"), {clip} "
            + "standing for a clip, and the right to the table in src/Api/Access/Rights.cs if it is new: " + string.Join(", ", routes.Except(known)));
        Assert.True(!known.Except(routes).Any(), "These lines of RouteLines.cs are of no address: " + string.Join(", ", known.Except(routes)));
        Assert.Equal(known.Count, known.Distinct().Count());
    }

    [SkippableFact]
    public async Task Every_address_answers_each_role_in_each_unit_as_the_table_of_rights_says()
    {
        TestDatabase.Need();
        await GivenBureauAsync();
        foreach (var person in await PeopleAsync())
        {
            foreach (var line in RouteLines.All.OrderBy(line => line.EndsSignIn))
            {
                // What a scope changes are clips; of everything else each role is asked once.
                if (line.IsOfClip)
                    await AskOfClipsAsync(person, line);
                else if (person.IsPlain)
                    await AskAsync(person, line, line.Path, Expected(person, line, isVisible: true));
            }
            person.Browser.Dispose();
        }

        Assert.True(_wrong.Count == 0, $"{_wrong.Count} of {_asked} answers are wrong:\n" + string.Join('\n', _wrong.Take(60)));
        Assert.True(_asked > 1000, $"Only {_asked} requests were made.");
    }

    /// <summary>A bureau of two brigades and a squad below the first, with an officer and a clip in each, a clip of nobody and a sample.</summary>
    private async Task GivenBureauAsync()
    {
        var catalog = api.Database.Catalog;
        await GivenPeople.UnitAsync(catalog, "M");
        await GivenPeople.UnitAsync(catalog, "M-1", parent: "M");
        await GivenPeople.UnitAsync(catalog, "M-1-1", parent: "M-1");
        await GivenPeople.UnitAsync(catalog, "M-2", parent: "M");
        foreach (var (number, unit) in new[] { ("M1001", "M-1"), ("M1002", "M-1"), ("M1101", "M-1-1"), ("M2001", "M-2") })
            await GivenPeople.OfficerAsync(catalog, number, unit, new DateOnly(2020, 1, 1));
        await GivenPeople.RecorderAsync(catalog, "MREC-1", "M-1");
        await api.GivenAccountAsync("m-account", AccountRoles.Leader);
        foreach (var (officer, unit, sample) in new (string?, string?, bool)[]
            { ("M1001", "M-1", false), ("M1002", "M-1", false), ("M1101", "M-1-1", false), ("M2001", "M-2", false), (null, "M-2", false), (null, null, false), (null, null, true) })
        {
            var clip = await api.GivenClipAsync(Given.Bytes(), sample, name: $"m-{_clips.Count}.MP4", media: Hevc);
            await api.GivenOwnerAsync(clip, officer, unit);
            await api.GivenPosterAsync(clip);
            _clips[clip] = (officer, unit, sample);
        }
    }

    private async Task<IReadOnlyList<Person>> PeopleAsync()
    {
        List<Person> people = [new() { Role = Nobody, Scope = "", Browser = api.Browser() }];
        foreach (var role in AccountRoles.All)
        {
            foreach (var scope in AccountScopes.Every)
            {
                var officer = role == AccountRoles.Officer && scope is AccountScopes.Own or AccountScopes.Unit ? "M1001" : null;
                var browser = await api.SignedInAsync(role, scope, scope is AccountScopes.Below or AccountScopes.Unit or AccountScopes.Own ? "M-1" : null, officer);
                people.Add(new Person { Role = role, Scope = scope, Officer = officer, Browser = browser, Token = await ApiUnderTest.HeaderTokenAsync(browser) });
            }
        }
        return people;
    }

    private async Task AskOfClipsAsync(Person person, RouteLine line)
    {
        foreach (var (clip, owner) in _clips)
        {
            var visible = person.Knows(owner.Officer, owner.Unit, owner.Sample);
            var may = person.Has(line.Needs!.Value);
            // One who may not is asked for one clip: which one makes no difference.
            if (!may && clip != _clips.Keys.First())
                continue;
            var viewing = may && visible && line.Path.Contains("{viewing}", StringComparison.Ordinal)
                ? await ApiUnderTest.OpenViewingAsync(person.Browser, clip)
                : new string('x', 43);
            var path = line.Path.Replace("{clip}", clip.ToString(), StringComparison.Ordinal).Replace("{viewing}", viewing, StringComparison.Ordinal);
            await AskAsync(person, line, path, Expected(person, line, visible));
        }
    }

    /// <summary>By the table and the glossary, the status that has to come; 0 for anything but a refusal, a 404 or a failure.</summary>
    private static int Expected(Person person, RouteLine line, bool isVisible)
    {
        var good = line.Answer ?? 0;
        // A form without the cookie of its page is refused before anybody is asked who he is.
        if (person.Role == Nobody && line.Method == "POST" && !line.IsApi && line.For == For.Anyone)
            return 400;
        if (line.For == For.Anyone)
            return good;
        if (person.Role == Nobody || (line.For == For.Pass && !person.Has(Right.Upload)))
            return line.IsApi ? 401 : 302;
        if (line.For == For.SignedIn)
            return good;
        return !person.Has(line.Needs!.Value) || (line.SeesAllOnly && person.Scope != AccountScopes.All) ? 403 : isVisible ? good : line.Unknown;
    }

    private async Task AskAsync(Person person, RouteLine line, string path, int expected)
    {
        _asked++;
        using var request = new HttpRequestMessage(new HttpMethod(line.Method), path);
        request.Headers.Add("Accept", line.IsApi ? "application/json" : "text/html");
        if (person.Token is { } token)
            request.Headers.Add("RequestVerificationToken", token);
        if (line.For == For.Pass)
            request.Headers.Add("Tus-Resumable", "1.0.0");
        if (line.For == For.Pass && person.Has(Right.Upload))
            request.Headers.Add(UploadPasses.Header, person.Pass ??= await PassAsync(person));
        if (line.Method is "PUT" or "PATCH" || (line.Method == "POST" && line.IsApi))
            request.Content = new StringContent("{}", null, "application/json");
        else if (line.Method == "POST")
            request.Content = new FormUrlEncodedContent(line.Form);
        using var answer = await person.Browser.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var status = (int)answer.StatusCode;
        var isRight = expected == 0 ? status is not (401 or 403 or 404) && status < 500 : status == expected;
        if (person.Role == Nobody && status == 302)
            isRight &= answer.Headers.Location!.OriginalString.Contains("/sign-in", StringComparison.Ordinal);
        if (!isRight)
            _wrong.Add($"{person} {line.Method} {path}: {status}, expected {(expected == 0 ? "no refusal" : expected)}");
    }

    private static async Task<string> PassAsync(Person person)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/upload?handler=Pass");
        request.Headers.Add("RequestVerificationToken", person.Token);
        using var answer = await person.Browser.SendAsync(request);
        using var json = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return json.RootElement.GetProperty("pass").GetString()!;
    }

    private sealed class Person
    {
        public required string Role { get; init; }

        public required string Scope { get; init; }

        public string? Officer { get; init; }

        public required HttpClient Browser { get; init; }

        public string? Token { get; init; }

        public string? Pass { get; set; }

        /// <summary>Asked for everything; the others differ from it in scope alone.</summary>
        public bool IsPlain => Scope is "" or AccountScopes.All or AccountScopes.Sample;

        /// <summary>By the table of rights.</summary>
        public bool Has(Right right) => Role != Nobody && People.Principal(
            new SignedInAccount(AccountId.New(Given.Now), "x", "x", Scope, null, [], "x", [Role]), "x", Given.Now).Has(right);

        /// <summary>By the words of the glossary: all, those of M-1 and below, of M-1, his own, samples; and in any case his own.</summary>
        public bool Knows(string? officer, string? unit, bool sample) => Scope switch
        {
            AccountScopes.All => true,
            AccountScopes.Below => unit is "M-1" or "M-1-1" || IsOwn(officer),
            AccountScopes.Unit => unit is "M-1" || IsOwn(officer),
            AccountScopes.Own => IsOwn(officer),
            AccountScopes.Sample => sample || IsOwn(officer),
            _ => false,
        };

        public override string ToString() => Officer is null ? $"{Role}/{Scope}" : $"{Role}/{Scope}/{Officer}";

        private bool IsOwn(string? officer) => officer is not null && officer == Officer;
    }
}
