using CsCheck;
using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Clips;

/// <summary>A catalog of clips with many equal times, so that ties are met on every page.</summary>
public sealed class ListedClips : IAsyncLifetime
{
    private static readonly string?[] s_serials = ["DSJ-A", "DSJ-B", "SAMPLE-1", null];
    private readonly TestDatabase _database = new();

    internal CatalogDatabase Catalog => _database.Catalog;

    internal List<ClipRow> Rows { get; } = [];

    public async Task InitializeAsync()
    {
        await _database.InitializeAsync();
        if (!TestDatabase.Given)
            return;
        var (random, registrations, clips) = (new Random(11), new RegistrationTable(_database.Catalog), new ClipTable(_database.Catalog));
        for (var i = 0; i < 70; i++)
        {
            var manifest = Given.Manifest(path: $"DCIM/{(i % 3 == 0 ? "50%_" : "clip")}{i}.mp4", serial: s_serials[random.Next(4)]) with
            {
                Spooled = Given.Now.AddMinutes(random.Next(6)),
                SidecarOf = random.Next(8) == 0 ? IntakeId.New(Given.Now) : null,
                Name = random.Next(3) == 0 ? null : new NameFacts("p", null, null, null, null, Given.Now.AddMinutes(-random.Next(6)), null, null),
            };
            var clip = (await registrations.RegisterAsync(manifest, (ClipKind)random.Next(4), Given.Now, default)).Clip;
            await _database.AsOwner.ExecuteAsync(
                "update clip set stage = $2, health = $3 where clip_id = $1",
                clip.Value, ((ClipStage)random.Next(3)).Word(), ((ClipHealth)Math.Max(0, random.Next(5) - 2)).Word());
            Rows.Add((await clips.FindForWorkAsync(clip, default))!);
        }
    }

    public Task DisposeAsync() => _database.DisposeAsync();
}

public sealed class ClipListTests(ListedClips listed) : IClassFixture<ListedClips>
{
    private static readonly Gen<ClipFilter> s_filters = Gen.Select(
        Gen.OneOf<int?>(null, -4, 0, 3),
        Gen.OneOf<int?>(null, -1, 2, 6),
        Gen.Enum<ClipKind>().Array[0, 2],
        Gen.OneOf("verified", "pending", "attention", "damaged").Array[0, 2],
        Gen.OneOf<string?>(null, null, "DSJ-A", "SAMPLE-1"),
        Gen.OneOf<string?>(null, null, "clip1", "%_", "dsj-b", "\\"),
        Gen.Bool,
        Gen.Bool).Select((from, before, kinds, states, recorder, text, sidecars, byReceived) => new ClipFilter
        {
            From = from is { } f ? Given.Now.AddMinutes(f) : null,
            Before = before is { } b ? Given.Now.AddMinutes(b) : null,
            Kinds = kinds,
            States = states,
            Recorder = recorder,
            Text = text,
            Sidecars = sidecars,
            ByReceived = byReceived,
        });

    private ClipTable Clips => new(listed.Catalog);

    [SkippableFact]
    public async Task Pages_put_together_are_the_whole_list_in_both_directions()
    {
        TestDatabase.Need();
        await Gen.Select(s_filters, Gen.Int[1, 20]).SampleAsync(
            async (filter, limit) =>
            {
                var expected = Expected(filter, _ => true);
                var (forward, last) = await ReadOnAsync(filter, limit);
                Assert.Equal(expected, forward);
                Assert.Equal(expected, await ReadBackAsync(filter, limit, last));
            },
            iter: 60,
            threads: 2);
    }

    [SkippableFact]
    public async Task Totals_count_what_the_list_shows()
    {
        TestDatabase.Need();
        await s_filters.SampleAsync(
            async filter =>
            {
                var expected = Expected(filter, _ => true);
                var totals = await Clips.TotalsAsync(Given.Reviewer(), filter, default);
                Assert.Equal(new ClipTotals(expected.Count, listed.Rows.Where(row => expected.Contains(row.ClipId)).Sum(row => row.SizeBytes)), totals);
            },
            iter: 40,
            threads: 2);
    }

    [SkippableFact]
    public async Task Whoever_sees_samples_only_can_neither_list_nor_count_nor_find_any_other_clip()
    {
        TestDatabase.Need();
        var viewer = Given.SampleViewer();
        await s_filters.SampleAsync(
            async filter =>
            {
                var expected = Expected(filter, row => row.Sample);
                var page = await Clips.ListAsync(viewer, filter, null, null, 1000, default);
                Assert.Equal(expected, page.Rows.Select(row => row.ClipId));
                Assert.Equal(expected.Count, (await Clips.TotalsAsync(viewer, filter, default)).Count);
            },
            iter: 30,
            threads: 2);
        foreach (var row in listed.Rows)
            Assert.Equal(row.Sample, await Clips.FindAsync(viewer, row.ClipId, default) is not null);
        Assert.Equal(["SAMPLE-1"], await Clips.RecordersAsync(viewer, default));
    }

    [SkippableFact]
    public async Task An_administrator_sees_no_clip_at_all()
    {
        TestDatabase.Need();
        var (viewer, all) = (Given.Administrator(), new ClipFilter { Sidecars = true });
        Assert.Empty((await Clips.ListAsync(viewer, all, null, null, 1000, default)).Rows);
        Assert.Equal(new ClipTotals(0, 0), await Clips.TotalsAsync(viewer, all, default));
        Assert.Empty(await Clips.RecordersAsync(viewer, default));
        Assert.Null(await Clips.FindAsync(viewer, listed.Rows[0].ClipId, default));
    }

    [SkippableFact]
    public async Task A_clip_is_found_by_the_first_digits_of_its_digest()
    {
        TestDatabase.Need();
        var row = listed.Rows.First(row => !row.Sidecar);
        foreach (var digits in (string[])[row.Sha256.ToString(), row.Sha256.ToString()[..12].ToUpperInvariant()])
            Assert.Equal([row.ClipId], (await Clips.ListAsync(Given.Reviewer(), new ClipFilter { Text = digits }, null, null, 10, default)).Rows.Select(found => found.ClipId));
    }

    [SkippableFact]
    public async Task A_row_that_comes_in_while_somebody_pages_moves_no_other_row()
    {
        TestDatabase.Need();
        var own = new TestDatabase();
        await own.InitializeAsync();
        try
        {
            var (registrations, clips) = (new RegistrationTable(own.Catalog), new ClipTable(own.Catalog));
            for (var i = 0; i < 6; i++)
                await registrations.RegisterAsync(Given.Manifest() with { Spooled = Given.Now.AddMinutes(i) }, ClipKind.Video, Given.Now, default);
            var first = await clips.ListAsync(Given.Reviewer(), new ClipFilter(), null, null, 3, default);
            await registrations.RegisterAsync(Given.Manifest() with { Spooled = Given.Now.AddMinutes(60) }, ClipKind.Video, Given.Now, default);
            var second = await clips.ListAsync(Given.Reviewer(), new ClipFilter(), first.Next, null, 3, default);
            Assert.Equal(3, second.Rows.Count);
            Assert.Empty(first.Rows.Select(row => row.ClipId).Intersect(second.Rows.Select(row => row.ClipId)));
            Assert.Null(second.Next);
        }
        finally
        {
            await own.DisposeAsync();
        }
    }

    private async Task<(List<ClipId> Seen, ClipPage Last)> ReadOnAsync(ClipFilter filter, int limit)
    {
        var seen = new List<ClipId>();
        ClipCursor? after = null;
        while (true)
        {
            var page = await Clips.ListAsync(Given.Reviewer(), filter, after, null, limit, default);
            Assert.True(page.Rows.Count <= limit && seen.Count <= listed.Rows.Count);
            Assert.Equal(after is not null && page.Rows.Count > 0, page.Previous is not null);
            seen.AddRange(page.Rows.Select(row => row.ClipId));
            if (page.Next is not { } next)
                return (seen, page);
            after = ClipCursor.TryParse(next.ToString());
        }
    }

    private async Task<List<ClipId>> ReadBackAsync(ClipFilter filter, int limit, ClipPage last)
    {
        var seen = last.Rows.Select(row => row.ClipId).ToList();
        var page = last;
        while (page.Previous is { } newer)
        {
            page = await Clips.ListAsync(Given.Reviewer(), filter, null, newer, limit, default);
            Assert.True(page.Rows.Count <= limit && seen.Count <= listed.Rows.Count);
            Assert.NotNull(page.Next);
            seen.InsertRange(0, page.Rows.Select(row => row.ClipId));
        }
        return seen;
    }

    /// <summary>The list as the words of the filter say it, without SQL.</summary>
    private List<ClipId> Expected(ClipFilter filter, Func<ClipRow, bool> isVisible)
    {
        DateTimeOffset Recorded(ClipRow row) => row.RecordedFrom ?? row.ReceivedAt;
        bool Contains(string? text, string part) => text?.Contains(part, StringComparison.OrdinalIgnoreCase) == true;
        bool IsIn(ClipRow row, string state) => state switch
        {
            "verified" => row.Stage != ClipStage.Registered && row.Health != ClipHealth.Damaged,
            "pending" => row.Stage == ClipStage.Registered && row.Health != ClipHealth.Damaged,
            _ => row.Health.Word() == state,
        };
        return
        [
            .. listed.Rows
                .Where(isVisible)
                .Where(row => filter.Sidecars || !row.Sidecar)
                .Where(row => filter.From is null || Recorded(row) >= filter.From)
                .Where(row => filter.Before is null || Recorded(row) < filter.Before)
                .Where(row => filter.Kinds.Count == 0 || filter.Kinds.Contains(row.Kind))
                .Where(row => filter.States.Count == 0 || filter.States.Any(state => IsIn(row, state)))
                .Where(row => filter.Recorder is null || row.Recorder == filter.Recorder)
                .Where(row => filter.Text is null || Contains(row.DisplayName, filter.Text) || Contains(row.Recorder, filter.Text))
                .OrderByDescending(row => filter.ByReceived ? row.ReceivedAt : Recorded(row))
                .ThenByDescending(row => row.ClipId.ToString(), StringComparer.Ordinal)
                .Select(row => row.ClipId),
        ];
    }
}
