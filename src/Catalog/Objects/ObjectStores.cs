namespace YaoAn.Catalog;

/// <summary>The two stores: originals are locked and never changed; derived files can be rebuilt and carry no lock.</summary>
/// <param name="Originals">Holds originals and their manifests.</param>
/// <param name="Derived">Holds what was made from originals.</param>
/// <param name="Way">Lets whoever opens a clip go before long reads.</param>
public sealed record ObjectStores(IObjectStore Originals, IObjectStore Derived, GiveWay Way)
{
    /// <summary>The gate in front of <see cref="Originals"/>.</summary>
    public ObjectGate Gate { get; } = new(Originals, Way);
}
