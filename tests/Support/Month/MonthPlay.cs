using System.Diagnostics;
using YaoAn.Catalog;

namespace YaoAn.Tests.Support;

/// <summary>
/// Lets a month happen day by day on the real path: activities are planned and entered, recorders are docked, each clip goes through the rules as 07 takes it,
/// and what is due is worked off, as the service does. Nothing knows what comes later.
/// </summary>
public sealed class MonthPlay(Month month, MonthTable table, SuggestionTable suggestions, ClipTable clips)
{
    /// <summary>What each clip took at its first run of the rules, in ms.</summary>
    public List<double> Milliseconds { get; } = [];

    /// <summary>How often rolls were decided about anew.</summary>
    public int Again { get; private set; }

    /// <summary>Plays it from the first day to the last thing that is entered.</summary>
    public async Task RunAsync()
    {
        await table.WriteBureauAsync(month);
        var planned = month.Activities.Where(activity => activity.Plan is not null).ToLookup(activity => DayOf(activity.Plan!.Value.At));
        var entered = month.Activities.ToLookup(activity => DayOf(activity.EnteredAt));
        var sessions = month.Sessions.ToLookup(session => DayOf(session.At));
        var brought = month.Clips.ToLookup(clip => clip.Session.Id);
        var last = month.Activities.Max(activity => activity.EnteredAt);
        if (month.Sessions[^1].At > last)
            last = month.Sessions[^1].At;
        for (var day = month.Plan.First.AddDays(-1); day <= DayOf(last); day = day.AddDays(1))
        {
            await table.WriteActivitiesAsync([.. planned[day]], planned: true);
            var noon = MonthWork.At(day, 18.3);
            await table.WriteActivitiesAsync([.. entered[day].Where(activity => activity.EnteredAt <= noon)], planned: false);
            await DrainAsync(noon);
            if (sessions[day].Any())
            {
                var today = sessions[day].SelectMany(session => brought[session.Id]).ToList();
                await table.WriteSessionsAsync([.. sessions[day]], today);
                if (day.Day % 4 == 1)
                    await table.AnalyzeAsync();
                foreach (var clip in today)
                    await LinkAsync(clip, MonthWork.At(day, 19.5));
            }
            await table.WriteActivitiesAsync([.. entered[day].Where(activity => activity.EnteredAt > noon)], planned: false);
            await DrainAsync(MonthWork.At(day, 20));
        }
    }

    /// <summary>Stage 07 of a clip.</summary>
    private async Task LinkAsync(MonthClip clip, DateTimeOffset now)
    {
        var begun = Stopwatch.GetTimestamp();
        await suggestions.OfClipAsync(clip.Id, now, CancellationToken.None);
        Milliseconds.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        await clips.MoveAsync(
            new StageMove
            {
                Clip = clip.Id,
                From = ClipStage.Previewed,
                To = ClipStage.Linked,
                Event = new CustodyEvent { Id = EventId.New(now), At = now, Kind = CustodyKinds.ClipLinked, Actor = SuggestionTable.Rule, Clip = clip.Id, Once = $"linked/{clip.Id}" },
            },
            CancellationToken.None);
    }

    private async Task DrainAsync(DateTimeOffset now)
    {
        while (await suggestions.SpreadAsync(500, now, CancellationToken.None) > 0)
        {
        }
        while (await suggestions.DueAsync(1, CancellationToken.None) is [var clip])
        {
            await suggestions.OfClipAsync(clip, now, CancellationToken.None);
            Again++;
        }
    }

    private static DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(at.ToOffset(TimeSpan.FromHours(8)).DateTime);
}
