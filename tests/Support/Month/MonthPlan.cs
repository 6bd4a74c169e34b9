namespace YaoAn.Tests.Support;

/// <summary>
/// Size and rates of a generated month. The rates that the acceptance names are of recorders, officers or clips as it says; the others make the month no
/// kinder than a real one: people round times, forget each other and err, and cameras see more than enforcement.
/// </summary>
public sealed record MonthPlan
{
    /// <summary>The full size.</summary>
    public static MonthPlan Full(int seed) => new() { Seed = seed, Officers = 200, Cases = 3_000, Clips = 40_000 };

    /// <summary>A part of it, as dense as the whole: fewer officers, and where those would be too few to work together, fewer days.</summary>
    public static MonthPlan Part(int seed, double share)
    {
        var (officers, days) = (Math.Max(8, (int)(200 * share)), share < 0.04 ? 6 : 22);
        return new MonthPlan { Seed = seed, Officers = officers, WorkDays = days, Cases = 3_000 * officers * days / (200 * 22), Clips = 40_000 * officers * days / (200 * 22) };
    }

    /// <summary>The same seed gives the same month.</summary>
    public required int Seed { get; init; }

    /// <summary>How many officers.</summary>
    public required int Officers { get; init; }

    /// <summary>How many cases.</summary>
    public required int Cases { get; init; }

    /// <summary>How many clips.</summary>
    public required int Clips { get; init; }

    /// <summary>First day.</summary>
    public DateOnly First { get; init; } = new(2026, 9, 1);

    /// <summary>Days of work.</summary>
    public int WorkDays { get; init; } = 22;

    /// <summary>Recorders whose clock is off by 30 s to 10 min, either way.</summary>
    public double Drift { get; init; } = 0.10;

    /// <summary>Recorders whose clock was reset to 1970 or 2000 for 3 to 10 days; half of these each morning anew.</summary>
    public double Reset { get; init; } = 0.02;

    /// <summary>Recorders whose files carry another officer's number. Half of them really are with that officer, and the ledger is behind.</summary>
    public double WrongName { get; init; } = 0.05;

    /// <summary>Recorders that several officers use. Half of them are entered as shared.</summary>
    public double Shared { get; init; } = 0.03;

    /// <summary>Officers who have two activities within an hour at one place, on every second day of work.</summary>
    public double ClosePairs { get; init; } = 0.15;

    /// <summary>Days of a recorder after which it is docked a day or more late.</summary>
    public double Late { get; init; } = 0.08;

    /// <summary>Recorders whose clock was compared: their times are known to 2 s.</summary>
    public double Compared { get; init; } = 0.15;

    /// <summary>Recorders that write where they are, those of which the clock was compared among them.</summary>
    public double Placed { get; init; } = 0.40;

    /// <summary>Activities that have a place on the map.</summary>
    public double OnMap { get; init; } = 0.70;

    /// <summary>Activities whose times are entered an hour wrong.</summary>
    public double HourWrong { get; init; } = 0.01;

    /// <summary>Activities of which one officer isn't entered.</summary>
    public double OfficerForgotten { get; init; } = 0.02;

    /// <summary>Activities that are planned first, up to half an hour off, and get their times afterwards.</summary>
    public double Planned { get; init; } = 0.10;
}
