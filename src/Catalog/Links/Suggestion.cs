namespace YaoAn.Catalog;

/// <summary>A clip that may show an item of an activity.</summary>
public sealed record Suggestion
{
    /// <summary>Clip.</summary>
    public required ClipId ClipId { get; init; }

    /// <summary>Activity.</summary>
    public required RollActivity Activity { get; init; }

    /// <summary>Code of the item.</summary>
    public required string Item { get; init; }

    /// <summary>1: what the clip is held to show. Several have it where one clip shows several things.</summary>
    public required int Rank { get; init; }

    /// <summary>0 to 100.</summary>
    public required int Score { get; init; }

    /// <summary>Why, and what speaks against it.</summary>
    public required IReadOnlyList<LinkReason> Reasons { get; init; }

    /// <summary>Nothing speaks against it and nothing else may be meant.</summary>
    public required bool Confident { get; init; }
}
