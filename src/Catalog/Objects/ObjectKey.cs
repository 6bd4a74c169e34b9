using System.Text.RegularExpressions;

namespace YaoAn.Catalog;

/// <summary>
/// Name of a stored object: lower-case segments joined by '/', made from our ids, never from a device's file name,
/// so that no name on a memory card can reach another object.
/// </summary>
public readonly partial record struct ObjectKey
{
    /// <summary>Takes a key as text.</summary>
    /// <exception cref="ArgumentException">It has anything but <c>[a-z0-9.-]</c> segments, or a segment that begins with a dot.</exception>
    public ObjectKey(string value)
    {
        Value = Form().IsMatch(value) ? value : throw new ArgumentException($"'{value}' is no object key.", nameof(value));
    }

    /// <summary>The key as text.</summary>
    public string Value { get; }

    /// <summary>Takes a key as text; false where it is none.</summary>
    public static bool TryParse(string value, out ObjectKey key)
    {
        key = Form().IsMatch(value) ? new ObjectKey(value) : default;
        return key.Value is not null;
    }

    /// <summary>The original of a clip.</summary>
    public static ObjectKey Original(ClipId clip) => new($"originals/{clip}/original");

    /// <summary>The manifest of one sighting of a clip, beside its original, so that the catalog can be rebuilt from the store.</summary>
    public static ObjectKey Manifest(ClipId clip, IntakeId intake) => new($"originals/{clip}/intake-{intake}.json");

    /// <summary>Reads a key back into what it names: the clip, and the intake where it is a manifest; false for anything but an original or a manifest.</summary>
    public bool IsOfClip(out ClipId clip, out IntakeId? intake)
    {
        (clip, intake) = (default, null);
        if (Value.Split('/') is not ["originals", var folder, var file] || !ClipId.TryParse(folder, null, out clip))
            return false;
        if (this == Original(clip))
            return true;
        if (file.Length < "intake-.json".Length || !IntakeId.TryParse(file["intake-".Length..^".json".Length], null, out var id) || this != Manifest(clip, id))
            return false;
        intake = id;
        return true;
    }

    /// <summary>A derived file of a clip.</summary>
    public static ObjectKey Derived(ClipId clip, string name) => new($"derived/{clip}/{name}");

    /// <inheritdoc/>
    public override string ToString() => Value;

    [GeneratedRegex(@"\A[a-z0-9-][a-z0-9.-]*(/[a-z0-9-][a-z0-9.-]*)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
