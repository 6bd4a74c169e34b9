namespace YaoAn.Catalog;

/// <summary>Codes of reasons. Api has the words of each, in both languages.</summary>
public static class LinkReasons
{
    /// <summary>It is the footage of an officer of the activity. Value: name.</summary>
    public const string Officer = "officer";

    /// <summary>The ledger names an officer of the activity, something else contradicts. Value: name.</summary>
    public const string Holder = "holder";

    /// <summary>The file's name has the number of an officer of the activity, the ledger names another. Value: name.</summary>
    public const string Named = "named";

    /// <summary>The recorder is shared in the activity's unit.</summary>
    public const string Shared = "shared";

    /// <summary>A fixed camera of the activity's unit.</summary>
    public const string FixedCamera = "fixed-camera";

    /// <summary>Nobody of the activity is known to have had the recorder; it is of the same unit.</summary>
    public const string UnitOnly = "unit-only";

    /// <summary>Recorded while it took place. Values: minutes, percent of the clip.</summary>
    public const string Overlap = "overlap";

    /// <summary>A photo taken while it took place.</summary>
    public const string Within = "within";

    /// <summary>Recorded so many minutes off, which the recorder's clock may be wrong by. Value: minutes.</summary>
    public const string Near = "near";

    /// <summary>Another part of the same recording was recorded while it took place.</summary>
    public const string SameRecording = "same-recording";

    /// <summary>The recorder's clock was compared. Value: seconds that it may still be wrong by.</summary>
    public const string ClockKnown = "clock-known";

    /// <summary>Nobody compared the recorder's clock: it may be wrong by so many minutes. Value: minutes.</summary>
    public const string ClockUnknown = "clock-unknown";

    /// <summary>All files of the recorder together tell that its clock is off by so much. Value: minutes.</summary>
    public const string ClockShifted = "clock-shifted";

    /// <summary>The recorder's clock had been reset: the time follows from docking and from the order of its files.</summary>
    public const string ClockReset = "clock-reset";

    /// <summary>Recorded at the activity's place. Value: metres.</summary>
    public const string Place = "place";

    /// <summary>Recorded elsewhere. Value: kilometres.</summary>
    public const string Elsewhere = "elsewhere";

    /// <summary>The activity lacks footage of this item.</summary>
    public const string Lacking = "lacking";

    /// <summary>The item is shown by other footage already.</summary>
    public const string ShownAlready = "shown-already";

    /// <summary>The activity's step lies before one that its case had reached by then.</summary>
    public const string StepOrder = "step-order";

    /// <summary>Another activity may be meant as well.</summary>
    public const string Rival = "rival";

    /// <summary>The activity is planned, and nobody said yet that it took place.</summary>
    public const string Planned = "planned";
}
