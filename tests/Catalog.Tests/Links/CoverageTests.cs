using System.Globalization;
using CsCheck;
using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Links;

/// <summary>Coverage as the database computes it, against a model that looks at every second.</summary>
public sealed class CoverageTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private static readonly DateTimeOffset s_begin = Given.Now.AddDays(-3);
    private static readonly int[] s_tolerances = [0, 1, 3, 10];

    private static readonly string[] s_expressions =
    [
        "video", "audio", "photo", "cctv", "video and audio", "video and photo", "video or audio", "photo or cctv", "cctv and video",
        "video and audio or cctv", "video and photo or audio", "video and audio and photo or cctv and photo",
    ];

    private static readonly Gen<LinkedClip> s_clip = Gen.Select(
        OneOf(Methods.Video, Methods.Video | Methods.Audio, Methods.Audio, Methods.Photo, Methods.Video | Methods.Cctv, Methods.Video | Methods.Audio | Methods.Cctv),
        Gen.Int[-20, 70],
        Gen.Int[1, 50],
        Gen.Select(Gen.Int[0, 30].Nullable(), Gen.Int[1, 30].Nullable()),
        Gen.Int[-90, 90].Nullable(),
        OneOf(LinkStates.Confirmed, LinkStates.Confirmed, LinkStates.Confirmed, LinkStates.Suggested, LinkStates.Suggested, LinkStates.Rejected),
        (counts, start, length, part, offset, state) => new LinkedClip(
            counts,
            start,
            counts == Methods.Photo ? 0 : length,
            counts == Methods.Photo ? null : part.Item1,
            counts == Methods.Photo || part.Item2 is null ? null : (part.Item1 ?? 0) + part.Item2,
            offset,
            state));

    private static readonly Gen<(string Mode, string Methods, int Tolerance, int Length, LinkedClip[] Clips)> s_case = Gen.Select(
        OneOf(ItemModes.Full, ItemModes.Key), OneOf(s_expressions), OneOf(s_tolerances), Gen.Int[2, 60], s_clip.Array[0, 8]);

    public async Task InitializeAsync()
    {
        if (!TestDatabase.Given || await new UnitTable(database.Catalog).FindAsync("K", GivenPeople.By().Today, default) is not null)
            return;
        var owner = database.AsOwner;
        await GivenPeople.UnitAsync(database.Catalog, "K");
        await GivenPeople.RecorderAsync(database.Catalog, "BODY-1", "K");
        var saved = await new RecorderTable(database.Catalog).SaveAsync(new RecorderDraft { Serial = "CCTV-1", Kind = "cctv", Unit = "K", State = RecorderStates.InUse }, null, GivenPeople.By(), default);
        Assert.Empty(saved.Faults);
        await owner.ExecuteAsync("insert into checklist (checklist_id, number, state, made_by, made_at) values ($1, 900, 'draft', 'test', now())", Checklist);
        foreach (var mode in (string[])[ItemModes.Full, ItemModes.Key])
        {
            for (var expression = 0; expression < s_expressions.Length; expression++)
            {
                foreach (var tolerance in s_tolerances)
                {
                    await owner.ExecuteAsync(
                        """
                        insert into checklist_item (checklist_id, code, action, step, name_zh, name_en, mode, methods, alternatives, tolerance_s, retention_days)
                        values ($1, $2, 'penalty', 'evidence', '测试', 'test', $3, $4, $5, $6, 183)
                        """,
                        Checklist, Code(mode, expression, tolerance), mode, s_expressions[expression], MethodExpression.TryParse(s_expressions[expression])!.Masks, tolerance);
                }
            }
        }
        await owner.ExecuteAsync("update checklist set state = 'published', published_by = 'test', published_at = now() where checklist_id = $1", Checklist);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    private static Guid Checklist { get; } = ChecklistId.New(Given.Now).Value;

    [SkippableFact]
    public async Task The_gaps_are_those_of_a_model_that_looks_at_every_second()
    {
        TestDatabase.Need();
        // More of them: YAOAN_TEST_COVERAGE_SAMPLES.
        var samples = int.Parse(Environment.GetEnvironmentVariable("YAOAN_TEST_COVERAGE_SAMPLES") ?? "300", CultureInfo.InvariantCulture);
        await s_case.SampleAsync(
            async sample =>
            {
                var (mode, methods, tolerance, length, clips) = sample;
                var expected = CoverageModel.Of(mode, methods, tolerance, length, clips);
                var (found, sums) = await ComputedAsync(mode, methods, tolerance, length, clips);
                Same(expected, found);
                var lacks = CoverageStates.IsLacking(expected.State);
                Assert.Equal(
                    (1, lacks ? 0 : 1, lacks ? 1 : 0, expected.State == CoverageStates.OnlySuggested ? 1 : 0, expected.Missing.Sum(gap => gap.To - gap.From) * 1000L),
                    (sums.Required, sums.Satisfied, sums.Lacking, sums.Suggested, sums.MissingMs));
            },
            iter: samples,
            threads: 1);
    }

    [SkippableFact]
    public async Task Files_of_a_recording_with_a_gap_of_forty_milliseconds_are_one_whatever_the_tolerance()
    {
        TestDatabase.Need();
        var (caseId, activity, item) = await CaseAsync(ItemModes.Full, "video", 0, 20);
        await LinkAsync(activity, item, new LinkedClip(Methods.Video, 0, 10, null, null, 0, LinkStates.Confirmed), TimeSpan.Zero, TimeSpan.FromMilliseconds(-40));
        await LinkAsync(activity, item, new LinkedClip(Methods.Video, 10, 10, null, null, 0, LinkStates.Confirmed));
        Assert.Equal(CoverageStates.Satisfied, (await RowAsync(caseId, item)).State);

        var (other, second, same) = await CaseAsync(ItemModes.Full, "video", 0, 20);
        await LinkAsync(second, same, new LinkedClip(Methods.Video, 0, 10, null, null, 0, LinkStates.Confirmed), TimeSpan.Zero, TimeSpan.FromMilliseconds(-41));
        await LinkAsync(second, same, new LinkedClip(Methods.Video, 10, 10, null, null, 0, LinkStates.Confirmed));
        var row = await RowAsync(other, same);
        Assert.Equal((CoverageStates.Missing, 41L), (row.State, row.MissingMs));
    }

    private static string Code(string mode, int expression, int tolerance) => $"{(mode == ItemModes.Full ? "F" : "K")}{expression}-{tolerance}";

    private static void Same(Verdict expected, CoverageRow found)
    {
        Assert.Equal(expected.State, found.State);
        Assert.Equal(expected.Covered, Runs(found.Covered));
        Assert.Equal(expected.Missing, Runs(found.Missing));
        Assert.Equal(expected.Suggested, Runs(found.Suggested));
        Assert.Equal(expected.Missing.Sum(gap => gap.To - gap.From) * 1000L, found.MissingMs);
    }

    private static IReadOnlyList<(int From, int To)> Runs(IReadOnlyList<Period> periods) =>
        [.. periods.Select(period => ((int)(period.From - s_begin).TotalSeconds, (int)(period.Until - s_begin).TotalSeconds))];

    private async Task<(CoverageRow Row, CaseCoverage Sums)> ComputedAsync(string mode, string methods, int tolerance, int length, IReadOnlyList<LinkedClip> clips)
    {
        var (caseId, activity, item) = await CaseAsync(mode, methods, tolerance, length);
        foreach (var clip in clips)
            await LinkAsync(activity, item, clip);
        return (await RowAsync(caseId, item), (await new CoverageTable(database.Catalog).SumsAsync([caseId], default))[caseId]);
    }

    private async Task<CoverageRow> RowAsync(CaseId caseId, string item) =>
        (await new CoverageTable(database.Catalog).OfCaseAsync(caseId, default)).Single(row => row.Item == item);

    private async Task<(CaseId Case, Guid Activity, string Item)> CaseAsync(string mode, string methods, int tolerance, int length)
    {
        var (caseId, activity, item) = (CaseId.New(Given.Now), Guid.CreateVersion7(Given.Now), Code(mode, Array.IndexOf(s_expressions, methods), tolerance));
        await database.AsOwner.ExecuteAsync(
            """
            insert into case_file (case_id, number, action, unit_id, opened_on, origin, checklist_id, changed_at)
            values ($1, $1::text, 'penalty', (select unit_id from unit where code = 'K'), '2026-11-20', 'api', $2, now())
            """,
            caseId.Value, Checklist);
        await database.AsOwner.ExecuteAsync(
            """
            insert into activity (activity_id, case_id, external_id, step, items, officers, begins, ends, planned) values ($1, $2, 'a', 'evidence', array[$3], '{}', $4, $5, false)
            """,
            activity, caseId.Value, item, s_begin, s_begin.AddSeconds(length));
        return (caseId, activity, item);
    }

    /// <summary>The clip by its recorder's clock, corrected where its offset is known; what it counts as is told by its kind, its sound and its recorder.</summary>
    private async Task LinkAsync(Guid activity, string item, LinkedClip clip, TimeSpan fromLater = default, TimeSpan toLater = default)
    {
        var id = Guid.CreateVersion7(Given.Now);
        var (from, to) = (s_begin.AddSeconds(clip.Start) + fromLater, s_begin.AddSeconds(clip.Start + clip.Length) + toLater);
        var fast = TimeSpan.FromSeconds(clip.ClockOffset ?? 0);
        await database.AsOwner.ExecuteAsync(
            """
            insert into clip (clip_id, sha256, size_bytes, kind, sidecar, sample, station, recorder, display_name, received_at, recorded_from, recorded_to, corrected_from, corrected_to, clock_offset_ms, clock_within_ms, clock_by)
            values ($1, sha256($1::text::bytea), 1, $2, false, false, 's', $3, 'c', $4, $4, $5, $6, $7, $8, $9, $10)
            """,
            id, clip.IsPhoto ? "photo" : clip.Counts == Methods.Audio ? "audio" : "video", clip.Counts.HasFlag(Methods.Cctv) ? "CCTV-1" : "BODY-1", from + fast, to + fast,
            clip.ClockOffset is null ? DBNull.Value : from, clip.ClockOffset is null ? DBNull.Value : to,
            (object?)Ms(clip.ClockOffset) ?? DBNull.Value, clip.ClockOffset is null ? DBNull.Value : 0L, clip.ClockOffset is null ? DBNull.Value : "entry");
        await database.AsOwner.ExecuteAsync(
            "insert into media (clip_id, audio_codec, plays, tags, probed_at, tool) values ($1, $2, 'original', '{}', now(), 'test')", id, clip.Counts.HasFlag(Methods.Audio) ? "aac" : DBNull.Value);
        await database.AsOwner.ExecuteAsync(
            """
            insert into link (link_id, clip_id, activity_id, item, part_from_ms, part_to_ms, state, made_by, made_at, decided_at)
            values ($1, $2, $3, $4, $5, $6, $7, 'test', now(), case when $7 <> 'suggested' then now() end)
            """,
            Guid.CreateVersion7(Given.Now), id, activity, item, (object?)Ms(clip.PartFrom) ?? DBNull.Value, (object?)Ms(clip.PartTo) ?? DBNull.Value, clip.State);
    }

    private static long? Ms(int? seconds) => seconds * 1000L;

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);
}
