namespace YaoAn.WayOfAClip.Tests.Faults;

/// <summary>What the machine is to do at a point.</summary>
/// <param name="Action"><c>throw</c> (a write, a sync, a connection fails) or <c>kill</c> (kill -9).</param>
/// <param name="Pass">At which passing, counted from when it is given.</param>
/// <param name="Point">Where.</param>
internal sealed record FaultOrder(string Action, int Pass, string Point)
{
    public const string Throw = "throw", Kill = "kill";

    /// <summary>As the host of the tests reads it.</summary>
    public string Line => $"{Action}\t{Pass}\t{Point}";
}

/// <summary>A point that was passed.</summary>
/// <param name="Site">File and line in the sources.</param>
/// <param name="Point">Its name.</param>
/// <param name="After">What had happened last before; null where nothing had.</param>
internal sealed record FaultPointPassed(string Site, string Point, FaultOrder? After);
