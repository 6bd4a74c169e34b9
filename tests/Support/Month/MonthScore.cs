using System.Globalization;
using YaoAn.Catalog;

namespace YaoAn.Tests.Support;

/// <summary>How well rules did in a month, counted by clip, activity and item.</summary>
/// <param name="True">How many there are in truth.</param>
/// <param name="First">Those of them that were suggested first or confirmed by rule.</param>
/// <param name="Found">Those of them that were suggested at all.</param>
/// <param name="Auto">How many were confirmed by rule.</param>
/// <param name="AutoTrue">Those of them that are true.</param>
/// <param name="SuggestedFirst">How many were suggested first or confirmed.</param>
public sealed record MonthScore(int True, int First, int Found, int Auto, int AutoTrue, int SuggestedFirst)
{
    /// <summary>Of what was confirmed by rule, how much is true.</summary>
    public double Precision => Auto == 0 ? 0 : AutoTrue / (double)Auto;

    /// <summary>Of what is true, how much was suggested first.</summary>
    public double Recall => First / (double)Math.Max(1, True);

    /// <summary>Of what is true, how much was confirmed by rule.</summary>
    public double Confirmed => AutoTrue / (double)Math.Max(1, True);

    /// <summary>Of all or of some clips.</summary>
    public static MonthScore Of(Month month, IReadOnlyList<MonthLink> links, Func<MonthClip, bool> which)
    {
        var clips = month.Clips.Where(which).ToDictionary(clip => clip.Id);
        var of = links.Where(link => clips.ContainsKey(link.Clip)).ToList();
        bool IsTrue(MonthLink link) => clips[link.Clip].Truth.Contains((link.Activity, link.Item));
        return new MonthScore(
            clips.Values.Sum(clip => clip.Truth.Count),
            of.Count(link => (link.Rank == 1 || link.Auto) && IsTrue(link)),
            of.Count(IsTrue),
            of.Count(link => link.Auto),
            of.Count(link => link.Auto && IsTrue(link)),
            of.Count(link => link.Rank == 1 || link.Auto));
    }

    /// <summary>The whole, then what is wrong with recorders, one by one.</summary>
    public static IEnumerable<(string What, MonthScore Score)> All(Month month, IReadOnlyList<MonthLink> links)
    {
        yield return ("all", Of(month, links, _ => true));
        yield return ("clock drifts", Of(month, links, clip => clip.Recorder.Drift.Duration() >= TimeSpan.FromSeconds(30)));
        yield return ("clock was reset", Of(month, links, clip => clip.Device < clip.From.AddYears(-1)));
        yield return ("another's name", Of(month, links, clip => clip.Recorder is { Person: { } person, Holder: { } holder } && person != holder.Number));
        yield return ("shared", Of(month, links, clip => clip.Recorder.Sharers.Count > 0));
        yield return ("docked a day late", Of(month, links, clip => clip.Session.At - clip.To > TimeSpan.FromHours(24)));
        yield return ("photos", Of(month, links, clip => clip.Kind == ClipKind.Photo));
        yield return ("fixed cameras", Of(month, links, clip => clip.Recorder.Kind == "cctv"));
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{True} true: {Recall:P1} first, {Found / (double)Math.Max(1, True):P1} at all; {Auto} confirmed by rule ({Confirmed:P1} of what is true), {Precision:P2} of them right; {First / (double)Math.Max(1, SuggestedFirst):P1} of {SuggestedFirst} first ones right");
}
