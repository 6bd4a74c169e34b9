namespace YaoAn.Api.Tests;

/// <summary>Whom an address is for.</summary>
internal enum For
{
    /// <summary>Anybody, without sign-in.</summary>
    Anyone,

    /// <summary>Whoever is signed in.</summary>
    SignedIn,

    /// <summary>Whoever has a right.</summary>
    Right,

    /// <summary>A pass of the upload page; who may send files gets one.</summary>
    Pass,
}

/// <summary>
/// What the matrix has to know of one address: for whom it is, with which values it is asked, and what it answers then. <c>{clip}</c> in the path
/// stands for a clip of each unit in turn: where the person may not know of it the answer has to be 404.
/// </summary>
internal sealed record RouteLine
{
    public required string Route { get; init; }

    public required For For { get; init; }

    public Right? Needs { get; init; }

    /// <summary>The address with its values; the route itself where it has none.</summary>
    public required string Path { get; init; }

    /// <summary>Answer to who may; null: anything but a refusal, a 404 or a failure (a change that lacks its values is 302, 400 or 422).</summary>
    public int? Answer { get; init; }

    /// <summary>Answer where the person may not know of <c>{clip}</c>: as for a clip that isn't there.</summary>
    public int Unknown { get; init; } = 404;

    /// <summary>Fields of a form.</summary>
    public Dictionary<string, string> Form { get; init; } = [];

    /// <summary>Beside the right it takes the scope 'all'.</summary>
    public bool SeesAllOnly { get; init; }

    /// <summary>Asked last: the sign-in is over then.</summary>
    public bool EndsSignIn { get; init; }

    public string Method => Route[..Route.IndexOf(' ', StringComparison.Ordinal)];

    public bool IsOfClip => Path.Contains("{clip}", StringComparison.Ordinal);

    public bool IsApi => Path.StartsWith("/api/", StringComparison.Ordinal);

    /// <summary>For anybody.</summary>
    public static RouteLine Anyone(string route, string? path = null, int? answer = null) => Line(For.Anyone, null, route, path, answer);

    /// <summary>For whoever is signed in.</summary>
    public static RouteLine SignedIn(string route, string? path = null, int? answer = null) => Line(For.SignedIn, null, route, path, answer);

    /// <summary>For whoever has a right.</summary>
    public static RouteLine With(Right right, string route, string? path = null, int? answer = null) => Line(For.Right, right, route, path, answer);

    /// <summary>For a pass of the upload page.</summary>
    public static RouteLine ByPass(string route, string? path = null, int? answer = null) => Line(For.Pass, Right.Upload, route, path, answer);

    private static RouteLine Line(For whom, Right? right, string route, string? path, int? answer) => new()
    {
        Route = route,
        For = whom,
        Needs = right,
        Path = path ?? route[(route.IndexOf(' ', StringComparison.Ordinal) + 1)..],
        Answer = answer ?? (route.StartsWith("GET ", StringComparison.Ordinal) ? 200 : null),
    };
}
