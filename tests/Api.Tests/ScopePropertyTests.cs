using System.Globalization;
using System.Net;
using System.Text.Json;
using CsCheck;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Api.Tests;

/// <summary>
/// Random organisations, officers, clips of one or two sightings, cases with a clip or without, and accounts with random scopes: no answer of any kind names, counts,
/// draws or plays a clip, or names or counts a case, that its asker may not know of. Who may know of a case may know which clips it was given.
/// YAOAN_SCOPE_SAMPLES asks for more than the few of each run.
/// </summary>
public sealed class ScopePropertyTests(ApiUnderTest api) : IClassFixture<ApiUnderTest>
{
    private const int FewSamples = 8;

    private static readonly string[] s_roles = [AccountRoles.Officer, AccountRoles.Reviewer, AccountRoles.Auditor];

    private static readonly string[] s_scopes = [AccountScopes.Own, AccountScopes.Unit, AccountScopes.Below, AccountScopes.All];

    /// <summary>Addresses that list, count or search.</summary>
    private static readonly string[] s_lists =
    [
        "/clips?q={p}", "/clips?q={p}&sort=received&sidecars=1", "/clips?recorder={p}-A", "/clips?handler=Totals&q={p}", "/inbox", "/inbox?handler=More", "/tasks", "/verify",
        "/verify?handler=Runs", "/today", "/overdue?list=late", "/api/v1/overdue/late", "/api/v1/clips?limit=1&recorder={p}-B", "/api/v1/events", "/cases", "/cases?q={p}",
        "/api/v1/cases?limit=200", "/api/v1/waivers", "/inbox?handler=Cases&q={p}", "/clips?case={p}", "/clips?case={p}&plate=云E{p}",
    ];

    /// <summary>Addresses of one case.</summary>
    private static readonly string[] s_ofCase =
        ["/cases/{n}", "/cases/{n}/list", "/cases/{n}/list?handler=Export", "/api/v1/cases/{n}", "/api/v1/cases/{n}/links", "/api/v1/cases/{n}/waivers"];

    /// <summary>Addresses of one clip; each says 404 of one that its asker may not know of.</summary>
    private static readonly string[] s_ofClip =
    [
        "/clips/{c}", "/clips/{c}?handler=Facts", "/api/v1/clips/{c}", "/api/v1/clips/{c}/track", "/api/v1/clips/{c}/verifications", "/api/v1/clips/{c}/markers",
        "/clips/{c}/markers", "/clips/{c}/markers?handler=Csv",
        "/api/v1/clips/{c}/original?viewing={v}", "/clips/{c}/derived/poster.jpg?viewing={v}", "/clips/{c}/preview/index.m3u8?viewing={v}", "/clips/{c}/preview/init.mp4?viewing={v}",
        "/clips/{c}/preview/0.m4s?viewing={v}",
    ];

    private static readonly Gen<Sighting> s_sighting = Gen.Select(Gen.Int[-1, 4], Gen.Int[-1, 5], (officer, unit) => new Sighting(officer, unit));

    private static readonly Gen<Organisation> s_organisations = Gen.Select(
        Gen.Int[0, 5].Array[2, 6],
        Gen.Int[0, 5].Array[1, 5],
        s_sighting.Array[1, 2].Array[2, 6],
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 4].Array[1, 2], Gen.Int[-1, 5], Gen.Bool, (unit, officers, clip, confirmed) => new CaseOf(unit, officers, clip, confirmed)).Array[1, 4],
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 5], Gen.Int[-1, 4], (scope, unit, officer) => new Asker(s_scopes[scope], unit, officer)).Array[3],
        (parents, officers, clips, cases, askers) => new Organisation(parents, officers, clips, cases, askers));

    private readonly List<(AccountId Account, string Role, HttpClient Browser)> _people = [];
    private int _number;
    private int _asked;
    private int _hidden;
    private int _hiddenCases;
    private int _hiddenPeople;

    [SkippableFact]
    public async Task No_answer_of_any_kind_leaks_a_clip_or_a_case_out_of_scope()
    {
        TestDatabase.Need();
        foreach (var role in s_roles)
        {
            var name = $"p-{role}";
            var account = await api.GivenAccountAsync(name, role);
            var browser = api.Browser();
            (await ApiUnderTest.SignInAsync(browser, name, ApiUnderTest.Password)).Dispose();
            if (AccountRoles.WithSecondFactor.Contains(role))
                await api.EnrolAsync(browser);
            _people.Add((account, role, browser));
        }
        var samples = int.TryParse(Environment.GetEnvironmentVariable("YAOAN_SCOPE_SAMPLES"), NumberStyles.None, CultureInfo.InvariantCulture, out var more) ? more : FewSamples;

        await s_organisations.SampleAsync(CheckAsync, iter: samples, threads: 1);

        Assert.True(_asked > samples * 100, $"Only {_asked} answers were looked at.");
        Assert.True(_hidden > samples, $"Only {_hidden} clips were hidden from anybody.");
        Assert.True(_hiddenCases > samples, $"Only {_hiddenCases} cases were hidden from anybody.");
        Assert.True(_hiddenPeople > samples, $"Only {_hiddenPeople} officers and recorders were hidden from anybody.");
    }

    private async Task CheckAsync(Organisation organisation)
    {
        var (prefix, day) = ($"p{_number}x", new DateOnly(2020, 1, 1).AddDays(_number++));
        var clips = await GivenAsync(prefix, organisation);
        var cases = await GivenCasesAsync(prefix, day, organisation, clips);
        for (var i = 0; i < _people.Count; i++)
        {
            var (person, asker) = (_people[i], organisation.Askers[i]);
            await PlaceAsync(prefix, organisation, person.Account, asker);
            // What is known of a sign-in is kept for some seconds.
            api.Time.Ahead += LiveAccounts.GoodFor;
            var seen = clips.Where(clip => organisation.Knows(asker, clip.Sightings)).ToList();
            var open = cases.Where(one => organisation.Knows(asker, one.Case)).ToList();
            var hidden = new Hidden([.. clips.Except(seen)], [.. cases.Except(open)], [.. open.Select(one => one.Clip).OfType<Known>()]);
            _hidden += hidden.Clips.Count;
            _hiddenCases += hidden.Cases.Count;
            await CheckListAsync(prefix, person, asker, seen);
            await CheckCasesAsync(prefix, day, person, asker, open);
            if (person.Role == AccountRoles.Auditor)
                await CheckPeopleAsync(prefix, organisation, person, asker);
            foreach (var path in s_lists.Select(path => path.Replace("{p}", prefix, StringComparison.Ordinal)))
                await AskAsync(person, asker, path, hidden);
            foreach (var clip in clips)
                await CheckClipAsync(person, asker, clip, seen, hidden);
            foreach (var one in cases)
            {
                foreach (var path in s_ofCase.Select(path => path.Replace("{n}", one.Number, StringComparison.Ordinal)))
                {
                    var (status, expected) = (await AskAsync(person, asker, path, hidden), open.Contains(one) ? HttpStatusCode.OK : HttpStatusCode.NotFound);
                    Assert.True(status == expected, $"{person.Role} {asker} {path}: {status}, expected {expected}");
                }
            }
        }
    }

    private static async Task CheckListAsync(string prefix, (AccountId Account, string Role, HttpClient Browser) person, Asker asker, List<Known> seen)
    {
        var list = JsonDocument.Parse(await person.Browser.GetStringAsync($"/api/v1/clips?q={prefix}&limit=100")).RootElement;
        var (expected, listed) = (Ids(seen.Select(clip => clip.Clip.ToString())), Ids(list.GetProperty("items").EnumerateArray().Select(clip => clip.GetProperty("clipId").GetString()!)));
        Assert.True(expected == listed, $"{person.Role} {asker} is shown '{listed}', expected '{expected}'");
        Assert.Equal(seen.Count, list.GetProperty("total").GetInt32());
        Assert.Equal(seen.Sum(clip => clip.Size), list.GetProperty("totalBytes").GetInt64());
    }

    private static async Task CheckCasesAsync(
        string prefix, DateOnly day, (AccountId Account, string Role, HttpClient Browser) person, Asker asker, List<KnownCase> open)
    {
        var list = JsonDocument.Parse(await person.Browser.GetStringAsync($"/api/v1/cases?q={prefix}&limit=100")).RootElement;
        var (expected, listed) = (Ids(open.Select(one => one.Number)), Ids(list.GetProperty("items").EnumerateArray().Select(one => one.GetProperty("number").GetString()!)));
        Assert.True(expected == listed, $"{person.Role} {asker} is shown the cases '{listed}', expected '{expected}'");
        var steps = JsonDocument.Parse(await person.Browser.GetStringAsync($"/api/v1/coverage?from={day:yyyy-MM-dd}&to={day:yyyy-MM-dd}")).RootElement.GetProperty("steps");
        Assert.Equal(open.Count, steps.EnumerateArray().Sum(step => step.GetProperty("required").GetInt32()));
    }

    /// <summary>Officers and recorders: whose unit is out of reach is neither listed, counted, printed nor found.</summary>
    private async Task CheckPeopleAsync(string prefix, Organisation organisation, (AccountId Account, string Role, HttpClient Browser) person, Asker asker)
    {
        var officers = organisation.Officers.Select((unit, officer) => (Key: $"{prefix}o{officer}", Unit: organisation.UnitOf(unit))).ToList();
        var recorders = organisation.Parents.Select((_, unit) => (Key: $"{prefix}r{unit}", Unit: unit)).ToList();
        foreach (var (all, what, key, pages) in new (List<(string Key, int Unit)>, string, string, string[])[]
        {
            (officers, "officers", "number", ["/officers?state=all&q={q}", "/officers/badges?q={q}", "/units?unit={u}"]),
            (recorders, "recorders", "serial", ["/recorders?q={q}", "/recorders/labels?q={q}", "/recorders/ledger?from=2020-01-01"]),
        })
        {
            var query = prefix + all[0].Key[prefix.Length];
            var expected = all.Where(one => organisation.Reaches(asker, one.Unit)).Select(one => one.Key).ToList();
            var hidden = all.Select(one => one.Key).Except(expected).ToList();
            _hiddenPeople += hidden.Count;
            var list = JsonDocument.Parse(await person.Browser.GetStringAsync($"/api/v1/{what}?q={query}&limit=100")).RootElement;
            Assert.Equal((person.Role, asker, Ids(expected)), (person.Role, asker, Ids(list.GetProperty("items").EnumerateArray().Select(one => one.GetProperty(key).GetString()!))));
            foreach (var one in all)
            {
                foreach (var path in new[] { $"/{what}/{one.Key}", $"/api/v1/{what}/{one.Key}" })
                {
                    using var answer = await person.Browser.GetAsync(path);
                    Assert.Equal((path, asker, hidden.Contains(one.Key) ? HttpStatusCode.NotFound : HttpStatusCode.OK), (path, asker, answer.StatusCode));
                }
            }
            foreach (var page in pages)
            {
                _asked++;
                // What was asked for stands in the form again: the question is a prefix of all keys.
                var said = await person.Browser.GetStringAsync(page.Replace("{q}", query, StringComparison.Ordinal).Replace("{u}", $"{prefix}-0", StringComparison.Ordinal));
                Assert.All(hidden, one => Assert.False(said.Contains($">{one}<", StringComparison.Ordinal) || said.Contains($"/{one}\"", StringComparison.Ordinal), $"{asker} {page} tells of {one}"));
            }
        }
    }

    private static string Ids(IEnumerable<string> ids) => string.Join(' ', ids.Order(StringComparer.Ordinal));

    private async Task CheckClipAsync((AccountId Account, string Role, HttpClient Browser) person, Asker asker, Known clip, List<Known> seen, Hidden hidden)
    {
        var isSeen = seen.Contains(clip);
        var seesFootage = person.Role != AccountRoles.Auditor;
        // A viewing that was opened for a clip in scope must open no other one.
        var viewing = seen.Count > 0 && seesFootage ? await ApiUnderTest.OpenViewingAsync(person.Browser, isSeen ? clip.Clip : seen[0].Clip) : new string('x', 43);
        foreach (var pattern in s_ofClip)
        {
            var path = pattern.Replace("{c}", clip.Clip.ToString(), StringComparison.Ordinal).Replace("{v}", viewing, StringComparison.Ordinal);
            var isFootage = pattern.Contains("{v}", StringComparison.Ordinal);
            var status = await AskAsync(person, asker, path, hidden);
            var expected = isFootage && !seesFootage ? HttpStatusCode.Forbidden : isSeen ? HttpStatusCode.OK : HttpStatusCode.NotFound;
            Assert.True(status == expected, $"{person.Role} {asker} {path}: {status}, expected {expected}");
        }
        var card = await AskAsync(person, asker, $"/clips?handler=Card&clip={clip.Clip}", hidden);
        Assert.Equal(isSeen ? HttpStatusCode.OK : HttpStatusCode.NoContent, card);
        if (person.Role != AccountRoles.Auditor)
            await AskAsync(person, asker, $"/inbox?handler=Group&clip={clip.Clip}", hidden);
    }

    /// <summary>Asks, and looks for any trace of what is hidden: id, name and digest.</summary>
    private async Task<HttpStatusCode> AskAsync((AccountId Account, string Role, HttpClient Browser) person, Asker asker, string path, Hidden hidden)
    {
        _asked++;
        using var answer = await person.Browser.GetAsync(path);
        var said = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
        Assert.True((int)answer.StatusCode < 500, $"{person.Role} {asker} {path}: {said}");
        var isOfCases = path.Contains("/cases", StringComparison.Ordinal) || path.Contains("/events", StringComparison.Ordinal);
        foreach (var clip in isOfCases ? hidden.Clips.Except(hidden.InCases) : hidden.Clips)
        {
            // An address that was asked for may come back in an error.
            var told = path.Contains(clip.Clip.ToString(), StringComparison.Ordinal) ? said.Replace(path, "", StringComparison.Ordinal) : said;
            Assert.False(
                told.Contains(clip.Name, StringComparison.Ordinal) || told.Contains(clip.Digest, StringComparison.Ordinal)
                || (told.Contains(clip.Clip.ToString(), StringComparison.Ordinal) && !path.Contains(clip.Clip.ToString(), StringComparison.Ordinal)),
                $"{person.Role} {asker} {path} ({(int)answer.StatusCode}) tells of {clip.Name}, which is of {string.Join(' ', clip.Sightings)}.");
        }
        foreach (var one in hidden.Cases)
        {
            var at = said.Replace(path, "", StringComparison.Ordinal).IndexOf(one.Number, StringComparison.Ordinal);
            Assert.True(at < 0, $"{person.Role} {asker} {path} ({(int)answer.StatusCode}) tells of the case {one.Number}: …{(at < 0 ? "" : said[Math.Max(0, at - 300)..Math.Min(said.Length, at + 100)])}…");
        }
        return answer.StatusCode;
    }

    private async Task<IReadOnlyList<Known>> GivenAsync(string prefix, Organisation organisation)
    {
        var catalog = api.Database.Catalog;
        for (var unit = 0; unit < organisation.Parents.Length; unit++)
            await GivenPeople.UnitAsync(catalog, $"{prefix}-{unit}", organisation.ParentOf(unit) is { } parent ? $"{prefix}-{parent}" : null);
        for (var officer = 0; officer < organisation.Officers.Length; officer++)
            await GivenPeople.OfficerAsync(catalog, $"{prefix}o{officer}", $"{prefix}-{organisation.UnitOf(organisation.Officers[officer])}", new DateOnly(2020, 1, 1));
        for (var unit = 0; unit < organisation.Parents.Length; unit++)
        {
            await GivenPeople.RecorderAsync(catalog, $"{prefix}r{unit}", $"{prefix}-{unit}");
            await new AllocationTable(catalog).IssueAsync(new IssueWish { Serial = $"{prefix}r{unit}", Officer = $"{prefix}o0" }, GivenPeople.By(), default);
        }
        var clips = new List<Known>();
        foreach (var sightings in organisation.Clips)
        {
            var (bytes, name) = (Given.Bytes(), $"{prefix}-{clips.Count}-film.MP4");
            ClipId clip = default;
            for (var i = 0; i < sightings.Length; i++)
                clip = await api.GivenClipAsync(bytes, stored: i == 0, name: name, media: i == 0 ? RouteMatrixTests.Hevc : null, recorder: RecorderOf(prefix, i));
            // Once all are registered: each new sighting has the ledger asked for all of them.
            for (var i = 0; i < sightings.Length; i++)
            {
                await api.GivenOwnerAsync(
                    clip,
                    organisation.OfficerOf(sightings[i]) is { } officer ? $"{prefix}o{officer}" : null,
                    sightings[i].Unit < 0 ? null : $"{prefix}-{organisation.UnitOf(sightings[i].Unit)}",
                    RecorderOf(prefix, i));
            }
            await api.GivenPosterAsync(clip);
            clips.Add(new Known(clip, name, Sha256Digest.From(System.Security.Cryptography.SHA256.HashData(bytes)).ToString(), bytes.Length, sightings));
        }
        // All are parts of one recording, whoever they belong to: its other parts are names too.
        await api.ExecuteAsync($"update clip set recording = '{clips[0].Clip}', recorded_from = now(), recorded_to = now() + interval '5 s' where clip_id in ({string.Join(',', clips.Select(clip => $"'{clip.Clip}'"))})");
        return clips;
    }

    /// <summary>Each has one activity of ten minutes with one item, on a day that no other sample's cases were opened on.</summary>
    private async Task<IReadOnlyList<KnownCase>> GivenCasesAsync(string prefix, DateOnly day, Organisation organisation, IReadOnlyList<Known> clips)
    {
        var catalog = api.Database.Catalog;
        var cases = new List<KnownCase>();
        foreach (var one in organisation.Cases)
        {
            var number = $"{prefix}-case{cases.Count}";
            var officers = one.Officers.Select(officer => $"{prefix}o{organisation.OfficerOf(officer)}").Distinct().ToArray();
            var draft = new CaseDraft
            {
                Number = number,
                Action = "penalty",
                Unit = $"{prefix}-{organisation.UnitOf(one.Unit)}",
                Officers = officers[..1],
                Parties = [],
                Plates = [$"云E{prefix}"],
                OpenedOn = day,
                Steps = [],
                Activities =
                [
                    new() { Id = "a1", Step = "evidence", Items = ["T11"], Officers = officers, From = GivenCases.Begins, Until = GivenCases.Begins.AddMinutes(10) },
                ],
            };
            var saved = await new CaseSaveTable(catalog).SaveAsync(draft, null, CaseOrigins.Api, Given.Reviewer(), GivenPeople.By(), default);
            Assert.Equal(SaveOutcome.Created, saved.Outcome);
            var clip = one.Clip < 0 ? null : clips[one.Clip % clips.Count];
            if (clip is not null)
            {
                var activity = new ActivityId(await api.ScalarAsync<Guid>($"select activity_id from activity join case_file using (case_id) where number = '{number}'"));
                if (one.Confirmed)
                    await new LinkTable(catalog).CreateAsync(new LinkDraft { Clip = clip.Clip, Activity = activity, Item = "T11" }, Given.Reviewer(), GivenPeople.By(), default);
                else
                    await GivenCases.SuggestAsync(api, clip.Clip, activity, "T11");
            }
            cases.Add(new KnownCase(number, one, clip));
        }
        return cases;
    }

    private static string RecorderOf(string prefix, int sighting) => $"{prefix}-{(sighting == 0 ? 'A' : 'B')}";

    private async Task PlaceAsync(string prefix, Organisation organisation, AccountId account, Asker asker)
    {
        await api.ExecuteAsync($"update officer set account_id = null where account_id = '{account}'");
        if (organisation.OfficerOf(asker.Officer) is { } officer)
            await api.ExecuteAsync($"update officer set account_id = '{account}' where number = '{prefix}o{officer}' and account_id is null");
        await api.ExecuteAsync(
            $"update account set scope = '{asker.Scope}', unit_id = (select unit_id from unit where code = '{prefix}-{organisation.UnitOf(asker.Unit)}') where account_id = '{account}'");
        asker.IsOfficer = await api.ScalarAsync<bool>($"select exists (select from officer where account_id = '{account}')");
    }

    private sealed record Sighting(int Officer, int Unit);

    private sealed record Asker(string Scope, int Unit, int Officer)
    {
        /// <summary>Whether the officer was free: one has one account.</summary>
        public bool IsOfficer { get; set; }
    }

    /// <param name="Unit">Unit of the case.</param>
    /// <param name="Officers">The first is the case's, all are the activity's.</param>
    /// <param name="Clip">Which clip is linked or suggested; none below 0.</param>
    /// <param name="Confirmed">Linked, not only suggested.</param>
    private sealed record CaseOf(int Unit, int[] Officers, int Clip, bool Confirmed);

    private sealed record KnownCase(string Number, CaseOf Case, Known? Clip);

    /// <param name="InCases">Clips that cases were given which the asker may know of.</param>
    private sealed record Hidden(IReadOnlyList<Known> Clips, IReadOnlyList<KnownCase> Cases, IReadOnlyList<Known> InCases);

    private sealed record Known(ClipId Clip, string Name, string Digest, long Size, Sighting[] Sightings);

    /// <summary>Numbers are taken modulo how many there are, so that whatever CsCheck makes smaller stays an organisation.</summary>
    private sealed record Organisation(int[] Parents, int[] Officers, Sighting[][] Clips, CaseOf[] Cases, Asker[] Askers)
    {
        public override string ToString() => JsonSerializer.Serialize(new { Parents, Officers, Clips, Cases, Askers });

        public int UnitOf(int number) => number % Parents.Length;

        /// <summary>An earlier unit, or none: a forest.</summary>
        public int? ParentOf(int unit) => unit == 0 || Parents[unit] % (unit + 1) == unit ? null : Parents[unit] % (unit + 1);

        public int? OfficerOf(Sighting sighting) => OfficerOf(sighting.Officer);

        public int? OfficerOf(int number) => number < 0 ? null : number % Officers.Length;

        /// <summary>By the words of the glossary alone.</summary>
        public bool Knows(Asker asker, Sighting[] sightings) => asker.Scope == AccountScopes.All || sightings.Any(sighting =>
            (asker.IsOfficer && OfficerOf(sighting) is { } officer && officer == OfficerOf(asker.Officer))
            || (asker.Scope == AccountScopes.Unit && sighting.Unit >= 0 && UnitOf(sighting.Unit) == UnitOf(asker.Unit))
            || (asker.Scope == AccountScopes.Below && sighting.Unit >= 0 && IsWithin(UnitOf(sighting.Unit), UnitOf(asker.Unit))));

        public bool Knows(Asker asker, CaseOf one) => asker.Scope == AccountScopes.All
            || (asker.IsOfficer && one.Officers.Any(officer => OfficerOf(officer) == OfficerOf(asker.Officer)))
            || (asker.Scope == AccountScopes.Unit && UnitOf(one.Unit) == UnitOf(asker.Unit))
            || (asker.Scope == AccountScopes.Below && IsWithin(UnitOf(one.Unit), UnitOf(asker.Unit)));

        /// <summary>Of people and recorders a scope of one's own tells nothing.</summary>
        public bool Reaches(Asker asker, int unit) => asker.Scope == AccountScopes.All
            || (asker.Scope == AccountScopes.Unit && unit == UnitOf(asker.Unit)) || (asker.Scope == AccountScopes.Below && IsWithin(unit, UnitOf(asker.Unit)));

        private bool IsWithin(int unit, int top) => unit == top || (ParentOf(unit) is { } parent && IsWithin(parent, top));
    }
}
