namespace YaoAn.Catalog;

/// <summary>What a store lists of one clip.</summary>
public sealed class StoredFolder
{
    /// <summary>Its original; null where none is listed.</summary>
    public ObjectStat? Original { get; internal set; }

    /// <summary>Sightings whose manifests lie beside it, in no particular order.</summary>
    public IReadOnlyList<IntakeId> Intakes { get; internal set; } = [];
}

/// <summary>
/// Everything that a store lists below <c>originals/</c>, taken once: about 300 bytes of memory a clip. What the store gives back is another
/// matter, and whoever relies on bytes reads them.
/// </summary>
public sealed class StoreInventory
{
    private readonly Dictionary<ClipId, StoredFolder> _folders = [];
    private readonly List<string> _strange = [];

    private StoreInventory()
    {
    }

    /// <summary>By clip.</summary>
    public IReadOnlyDictionary<ClipId, StoredFolder> Folders => _folders;

    /// <summary>Names that no program of this product gives.</summary>
    public IReadOnlyList<string> Strange => _strange;

    /// <summary>Lists the store.</summary>
    /// <exception cref="StoreUnavailableException">It can't answer; there is no inventory then.</exception>
    public static async Task<StoreInventory> TakeAsync(IObjectStore originals, CancellationToken ct)
    {
        var inventory = new StoreInventory();
        await foreach (var stat in originals.ListAsync("originals/", inventory._strange.Add, ct))
            inventory.Add(stat);
        return inventory;
    }

    private void Add(ObjectStat stat)
    {
        if (!stat.Key.IsOfClip(out var clip, out var intake))
        {
            _strange.Add(stat.Key.Value);
            return;
        }
        if (!_folders.TryGetValue(clip, out var folder))
            _folders.Add(clip, folder = new StoredFolder());
        if (intake is null)
            folder.Original = stat;
        else
            folder.Intakes = [.. folder.Intakes, intake.Value];
    }
}
