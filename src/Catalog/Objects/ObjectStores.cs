namespace YaoAn.Catalog;

/// <summary>The two stores: originals are locked and never changed; derived files can be rebuilt and carry no lock.</summary>
/// <param name="Originals">Holds originals and their manifests.</param>
/// <param name="Derived">Holds what was made from originals.</param>
public sealed record ObjectStores(IObjectStore Originals, IObjectStore Derived)
{
    /// <summary>The gate in front of <see cref="Originals"/>.</summary>
    public ObjectGate Gate { get; } = new(Originals);
}
