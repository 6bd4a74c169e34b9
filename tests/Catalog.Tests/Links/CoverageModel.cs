namespace YaoAn.Catalog.Tests.Links;

/// <summary>A clip that is linked to the activity; seconds from the activity's begin, whole ones.</summary>
/// <param name="Counts">What it counts as.</param>
/// <param name="Start">When it begins, in true time.</param>
/// <param name="Length">How long it is; a photo has none.</param>
/// <param name="PartFrom">Where the linked part begins, from the clip's begin; null: with it.</param>
/// <param name="PartTo">Where it ends; null: with the clip.</param>
/// <param name="ClockOffset">By how much the recorder's clock was fast; null: nobody knows, and its own times count.</param>
/// <param name="State">One of <see cref="LinkStates"/>.</param>
public sealed record LinkedClip(Methods Counts, int Start, int Length, int? PartFrom, int? PartTo, int? ClockOffset, string State)
{
    public bool IsPhoto => Counts == Methods.Photo;

    public int From => Start + (PartFrom ?? 0);

    public int To => Math.Max(From, Math.Min(Start + Length, PartTo is { } to ? Start + to : int.MaxValue));
}

/// <summary>What coverage has to say.</summary>
/// <param name="State">One of <see cref="CoverageStates"/>.</param>
/// <param name="Covered">Seconds that are shown, as runs [from, to).</param>
/// <param name="Missing">Runs that are missing and longer than the tolerance.</param>
/// <param name="Suggested">Runs that suggested links would add.</param>
public sealed record Verdict(string State, IReadOnlyList<(int From, int To)> Covered, IReadOnlyList<(int From, int To)> Missing, IReadOnlyList<(int From, int To)> Suggested);

/// <summary>The same rules second by second, as slow and as plain as they can be written (glossary, 'Checklist semantics'); shares nothing with the SQL.</summary>
public static class CoverageModel
{
    public static Verdict Of(string mode, string methods, int tolerance, int length, IReadOnlyList<LinkedClip> clips)
    {
        var alternatives = methods.Split(" or ").Select(alternative => alternative.Split(" and ").Select(MethodOf).ToList()).ToList();
        var confirmed = clips.Where(clip => clip.State == LinkStates.Confirmed).ToList();
        var hoped = clips.Where(clip => clip.State != LinkStates.Rejected).ToList();
        bool Touches(LinkedClip clip) => clip.IsPhoto
            ? clip.Start >= -tolerance && clip.Start <= length + tolerance
            : Enumerable.Range(0, length).Any(second => second >= clip.From && second < clip.To);
        bool Shows(IEnumerable<LinkedClip> some, Methods method, int second) => method == Methods.Photo
            ? some.Any(clip => clip.IsPhoto && Touches(clip))
            : some.Any(clip => clip.Counts.HasFlag(method) && second >= clip.From && second < clip.To);
        var anything = confirmed.Any(Touches);
        if (mode == ItemModes.Key)
        {
            bool Met(List<LinkedClip> some) => alternatives.Any(alternative => alternative.All(method => some.Any(clip => clip.Counts.HasFlag(method) && Touches(clip))));
            var state = Met(confirmed) ? CoverageStates.Satisfied
                : anything ? CoverageStates.WrongMethod
                : Met(hoped) ? CoverageStates.OnlySuggested
                : CoverageStates.Missing;
            return new Verdict(state, [], [], []);
        }
        bool[] Held(List<LinkedClip> some) =>
            [.. Enumerable.Range(0, length).Select(second => alternatives.Any(alternative => alternative.All(method => Shows(some, method, second))))];
        var covered = Held(confirmed);
        var missing = Runs(covered, false).Where(run => !covered.Contains(true) || run.To - run.From > tolerance).ToList();
        // Without a suggestion nothing is hoped for, whatever is confirmed.
        var more = hoped.Count == confirmed.Count ? covered : Held(hoped);
        var suggested = Runs([.. more.Zip(covered, (might, does) => might && !does)], true);
        var verdict = missing.Count == 0 ? CoverageStates.Satisfied
            : covered.Contains(true) ? CoverageStates.Missing
            : anything ? CoverageStates.WrongMethod
            : suggested.Count > 0 ? CoverageStates.OnlySuggested
            : CoverageStates.Missing;
        return new Verdict(verdict, Runs(covered, true), missing, suggested);
    }

    private static Methods MethodOf(string word) => word switch
    {
        "video" => Methods.Video,
        "audio" => Methods.Audio,
        "photo" => Methods.Photo,
        "cctv" => Methods.Cctv,
        _ => throw new ArgumentOutOfRangeException(nameof(word), word, "no method"),
    };

    private static List<(int From, int To)> Runs(bool[] seconds, bool wanted)
    {
        var runs = new List<(int From, int To)>();
        for (var second = 0; second < seconds.Length; second++)
        {
            if (seconds[second] != wanted)
                continue;
            if (runs.Count > 0 && runs[^1].To == second)
                runs[^1] = (runs[^1].From, second + 1);
            else
                runs.Add((second, second + 1));
        }
        return runs;
    }
}
