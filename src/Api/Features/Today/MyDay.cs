using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>What an officer has to know today.</summary>
internal sealed record MyDay
{
    public required OfficerRow Officer { get; init; }

    public required DateTimeOffset Now { get; init; }

    public required OverdueRules Rules { get; init; }

    public required IReadOnlyList<MyRecorder> Recorders { get; init; }

    public required IReadOnlyList<UndockedRow> Undocked { get; init; }

    public required IReadOnlyList<NotReturnedRow> NotReturned { get; init; }

    public required IReadOnlyList<MyUnattributed> Unattributed { get; init; }

    /// <summary>Recordings of today, the latest first.</summary>
    public required IReadOnlyList<MyClip> Clips { get; init; }

    /// <summary>Older ones that wait.</summary>
    public required IReadOnlyList<MyClip> Waiting { get; init; }

    public required MyDayFigures Figures { get; init; }

    /// <summary>Own cases that still lack recordings, the latest opened first.</summary>
    public IReadOnlyList<MyLackingCase> Lacking { get; init; } = [];

    /// <summary>What waits to be linked; null for who may not link.</summary>
    public InboxView? Inbox { get; init; }

    public IEnumerable<MyRecorder> Unfinished => Recorders.Where(recorder => recorder.Early);

    public long Late => Clips.Count(IsLate);

    public long Broken => Clips.Concat(Waiting).Count(clip => clip.Health == ClipHealth.Damaged);

    /// <summary>What somebody has to do, the officer or who is told by the officer. What the machine does by itself isn't counted.</summary>
    public long ToDo => ToDoElse + ToLink;

    /// <summary>The same without what waits to be linked, which is counted while one works.</summary>
    public long ToDoElse => Undocked.Count + NotReturned.Count + Unfinished.Count() + Unattributed.Count + Broken + Lacking.Count;

    public long ToLink => Inbox?.Cards.Count ?? 0;

    public bool IsLate(MyClip clip) => clip.HandedInAfter > Rules.HandInWithin;
}

/// <summary>Reads an officer's day.</summary>
internal sealed class MyDays(
    MyDayTable days, OfficerTable officers, OverdueTable overdue, OverdueLists lists, CaseTable cases, CoverageTable coverage, InboxReader inbox, TimeProvider time)
{
    public const int MostClips = 100, MostOthers = 50;

    /// <summary>The same with what waits to be linked and what is lacking. Its pictures are a viewing, so it is read for a page alone.</summary>
    public async Task<MyDay> WithInboxAsync(MyDay mine, HttpContext http, CancellationToken ct)
    {
        if (!http.User.Has(Right.LinkClips))
            return mine;
        var viewer = http.User.Viewer();
        var (waiting, lacking) = (inbox.ReadAsync(http, InboxQuery.Read(http.Request.Query, viewer), ct), LackingAsync(viewer, mine.Officer.Number, ct));
        await Task.WhenAll(waiting, lacking);
        return mine with { Inbox = await waiting, Lacking = await lacking };
    }

    /// <summary>Own cases on which work goes on and that lack something.</summary>
    private async Task<IReadOnlyList<MyLackingCase>> LackingAsync(Viewer viewer, string officer, CancellationToken ct)
    {
        var open = await cases.ListAsync(viewer, new CaseFilter { Officer = officer, States = [CaseStates.Open, CaseStates.Returned] }, null, null, MostOthers, ct);
        var sums = await coverage.SumsAsync([.. open.Rows.Select(row => row.CaseId)], ct);
        return [.. open.Rows.Select(row => new MyLackingCase(row, sums[row.CaseId])).Where(one => one.Coverage.Lacking > 0)];
    }

    /// <summary>Null where the account belongs to no officer.</summary>
    public async Task<MyDay?> ReadAsync(OfficerId officer, CancellationToken ct)
    {
        if (await days.NumberAsync(officer, ct) is not { } number || await officers.FindAsync(number, ct) is not { } row)
            return null;
        var (now, day, scope) = (time.GetUtcNow(), ChinaTime.StartOf(time.Today()), new OverdueScope(null, Officer: officer));
        // All at once: none waits for another.
        var recorders = days.RecordersAsync(officer, ct);
        var undocked = overdue.UndockedAsync(scope, lists.Rules, MostOthers, now, ct);
        var notReturned = overdue.NotReturnedAsync(scope, lists.Rules, MostOthers, now, ct);
        var unattributed = days.UnattributedAsync(officer, MostOthers, ct);
        var clips = days.ClipsAsync(officer, day, MostClips, ct);
        var waiting = days.WaitingAsync(officer, day, MostOthers, ct);
        var figures = days.FiguresAsync(officer, day, ct);
        await Task.WhenAll(recorders, undocked, notReturned, unattributed, clips, waiting, figures);
        return new MyDay
        {
            Officer = row,
            Now = now,
            Rules = lists.Rules,
            Recorders = await recorders,
            Undocked = await undocked,
            NotReturned = await notReturned,
            Unattributed = await unattributed,
            Clips = await clips,
            Waiting = await waiting,
            Figures = await figures,
        };
    }
}

/// <summary>An own case that lacks recordings.</summary>
/// <param name="Case">Case.</param>
/// <param name="Coverage">What is shown of it, by steps.</param>
internal sealed record MyLackingCase(CaseRow Case, CaseCoverage Coverage);
