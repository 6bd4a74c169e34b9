namespace YaoAn.Catalog;

/// <summary>What a case is to be. Its own fields all count; steps and activities that it doesn't name stay as they are.</summary>
public sealed record CaseDraft
{
    /// <summary>案号.</summary>
    public string? Number { get; init; }

    /// <summary>One of <see cref="CaseActions"/>.</summary>
    public string? Action { get; init; }

    /// <summary>What it is about.</summary>
    public string? Title { get; init; }

    /// <summary>Code of the unit.</summary>
    public string? Unit { get; init; }

    /// <summary>Staff numbers of the officers who have it.</summary>
    public IReadOnlyList<string> Officers { get; init; } = [];

    /// <summary>Whom it is about.</summary>
    public IReadOnlyList<Party> Parties { get; init; } = [];

    /// <summary>Number plates.</summary>
    public IReadOnlyList<string> Plates { get; init; } = [];

    /// <summary>Day it was opened on; today if not given.</summary>
    public DateOnly? OpenedOn { get; init; }

    /// <summary>Day it was closed on; with it the case is closed.</summary>
    public DateOnly? ClosedOn { get; init; }

    /// <summary>Steps that were reached.</summary>
    public IReadOnlyList<CaseStepDraft> Steps { get; init; } = [];

    /// <summary>Steps that were entered by mistake: they turn out not to be reached.</summary>
    public IReadOnlyList<string> NotReached { get; init; } = [];

    /// <summary>Activities by their external ids.</summary>
    public IReadOnlyList<ActivityDraft> Activities { get; init; } = [];
}

/// <summary>A step that was reached.</summary>
/// <param name="Step">One of <see cref="CaseSteps"/>.</param>
/// <param name="ReachedOn">Day.</param>
public sealed record CaseStepDraft(string? Step, DateOnly? ReachedOn);

/// <summary>What an activity is to be; all of it counts.</summary>
public sealed record ActivityDraft
{
    /// <summary>Its id in the system that sends it.</summary>
    public string? Id { get; init; }

    /// <summary>One of <see cref="CaseSteps"/>.</summary>
    public string? Step { get; init; }

    /// <summary>What it was.</summary>
    public string? Title { get; init; }

    /// <summary>Codes of items of the case's checklist.</summary>
    public IReadOnlyList<string> Items { get; init; } = [];

    /// <summary>Staff numbers.</summary>
    public IReadOnlyList<string> Officers { get; init; } = [];

    /// <summary>Where.</summary>
    public string? Place { get; init; }

    /// <summary>Degrees north, WGS 84.</summary>
    public double? Latitude { get; init; }

    /// <summary>Degrees east, WGS 84.</summary>
    public double? Longitude { get; init; }

    /// <summary>When it began, or shall begin.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>When it ended, at most 24 hours later.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>It hasn't been reported yet.</summary>
    public bool Planned { get; init; }

    /// <summary>It is not part of the case any more: deleted where no clip was linked to it, else ended.</summary>
    public bool Withdrawn { get; init; }
}

/// <summary>Which cases a list shows.</summary>
public sealed record CaseFilter
{
    /// <summary>Part of number or title, or a whole party's name or plate.</summary>
    public string? Text { get; init; }

    /// <summary>Code of a unit, with all below it.</summary>
    public string? Unit { get; init; }

    /// <summary>Staff number of an officer of the case or of one of its activities.</summary>
    public string? Officer { get; init; }

    /// <summary>One of <see cref="CaseActions"/>.</summary>
    public string? Action { get; init; }

    /// <summary>Any of <see cref="CaseStates"/>; all if empty.</summary>
    public IReadOnlyList<string> States { get; init; } = [];

    /// <summary>Those alone that lack something: asked of each case in turn, so that it is for cases on which work goes on.</summary>
    public bool Lacking { get; init; }

    /// <summary>Opened on or after.</summary>
    public DateOnly? From { get; init; }

    /// <summary>Opened on or before.</summary>
    public DateOnly? To { get; init; }
}
