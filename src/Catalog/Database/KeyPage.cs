namespace YaoAn.Catalog;

/// <summary>One page of a list that is sorted by its natural key.</summary>
/// <typeparam name="T">Rows.</typeparam>
/// <param name="Rows">The rows, in order.</param>
/// <param name="Next">Goes into 'after' of the next page; null on the last one.</param>
/// <param name="Previous">Goes into 'before' of the page before; null on the first one.</param>
/// <param name="Count">How many the filter matches on all pages.</param>
public sealed record KeyPage<T>(IReadOnlyList<T> Rows, string? Next, string? Previous, long Count)
{
    /// <summary>Makes a page of rows that were read in the direction of its cursor, one more than its limit.</summary>
    internal static KeyPage<T> Of(List<T> rows, string? after, string? before, int limit, long count, Func<T, string> key)
    {
        var more = rows.Count > limit;
        if (more)
            rows.RemoveAt(limit);
        if (before is not null)
            rows.Reverse();
        var hasNext = before is not null || more;
        var hasPrevious = after is not null || (before is not null && more);
        return new KeyPage<T>(rows, hasNext && rows.Count > 0 ? key(rows[^1]) : null, hasPrevious && rows.Count > 0 ? key(rows[0]) : null, count);
    }
}
