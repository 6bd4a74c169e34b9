namespace YaoAn.Catalog;

/// <summary>The store can't be reached or can't work now (culprit: store). The caller keeps what it has and tries again later.</summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>An object that the catalog knows is not in the store (culprit: store).</summary>
public sealed class ObjectMissingException(ObjectKey key) : Exception($"The store has no object {key}.")
{
    /// <summary>Its key.</summary>
    public ObjectKey Key => key;
}

/// <summary>A deletion before the retention date was refused; nothing was removed (culprit: caller).</summary>
public sealed class ObjectLockedException(ObjectKey key, DateTimeOffset until) : Exception($"{key} is kept until {until:u}.")
{
    /// <summary>The retention date.</summary>
    public DateTimeOffset Until => until;
}

/// <summary>Stored bytes are not the bytes that came in. Nothing was deleted; the clip must be shown as damaged (culprit: store).</summary>
public sealed class CorruptOriginalException(ObjectKey key, Sha256Digest expected, long expectedBytes, FullRead found)
    : Exception($"{key} differs: sizes {expectedBytes} vs {found.SizeBytes}, SHA-256 {expected} vs {found.Sha256}.")
{
    /// <summary>What the read-back found.</summary>
    public FullRead Found => found;
}
