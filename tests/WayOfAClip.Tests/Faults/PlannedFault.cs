namespace YaoAn.WayOfAClip.Tests.Faults;

/// <summary>When a point is passed.</summary>
internal enum FaultPhase
{
    /// <summary>At the very first start of a station only.</summary>
    FirstStart,

    /// <summary>At each start.</summary>
    Start,

    /// <summary>While a recorder is docked.</summary>
    Visit,

    /// <summary>While a large file is copied.</summary>
    LargeVisit,

    /// <summary>While the files of a recorder are deleted there.</summary>
    ReleaseVisit,

    /// <summary>While somebody sends files by a browser.</summary>
    UploadVisit,

    /// <summary>While a folder is taken in by a command.</summary>
    ImportVisit,

    /// <summary>Only after another fault.</summary>
    Recovery,
}

/// <summary>A point that the station passes by itself, as the recording found it.</summary>
/// <param name="Point">Its name.</param>
/// <param name="Site">File and line.</param>
/// <param name="Phase">When.</param>
/// <param name="Count">How often in the recording.</param>
/// <param name="After">What has to happen before, for <see cref="FaultPhase.Recovery"/>.</param>
internal sealed record KnownPoint(string Point, string Site, FaultPhase Phase, int Count, FaultOrder? After = null)
{
    private const int OftenEnough = 3;

    /// <summary>What is tried there: it fails once, it is killed the first time, and, where it comes more often, in the middle too.</summary>
    public IEnumerable<PlannedFault> Faults()
    {
        yield return Of(FaultOrder.Throw, 1);
        yield return Of(FaultOrder.Kill, 1);
        if (Count >= OftenEnough && Phase == FaultPhase.Visit)
            yield return Of(FaultOrder.Kill, (Count + 1) / 2);
    }

    private PlannedFault Of(string action, int pass) => new(this, action, After is null ? [new FaultOrder(action, pass, Point)] : [After, new FaultOrder(action, pass, Point)]);
}

/// <summary>One thing to be tried.</summary>
internal sealed record PlannedFault(KnownPoint Of, string Action, IReadOnlyList<FaultOrder> Orders)
{
    public override string ToString() => string.Join(" then ", Orders.Select(order => $"{order.Action} at passing {order.Pass} of '{order.Point}'"));
}
