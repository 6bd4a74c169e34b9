using System.Text;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// Tells which recorder is in a slot, from the best source that speaks: binding file, volume label, file names. Unknown stays unknown:
/// the slot itself then is the key under which its files are recognised again.
/// </summary>
internal sealed class RecorderIdentifier(RecorderProfiles profiles, StationKeys keys)
{
    public RecorderIdentity Identify(string station, SlotSource slot, SlotFolder root, IReadOnlyList<SlotEntry> entries)
    {
        foreach (var by in profiles.IdentityOrder)
        {
            var serial = by switch
            {
                "binding" => BindingFile.ReadSerial(root, profiles.BindingFile, keys.Bureau),
                "volume" => slot.VolumeLabel() is { } label ? profiles.DeviceOfLabel(label) : null,
                "name" => ByNames(entries),
                _ => null,
            };
            if (serial is not null)
                return new RecorderIdentity(serial, serial, by);
        }
        return new RecorderIdentity($"slot:{station}:{slot.Number}", null, "none");
    }

    /// <summary>The one device number that all names with such a number share; two different ones tell nothing.</summary>
    private string? ByNames(IReadOnlyList<SlotEntry> entries)
    {
        var devices = entries
            .Where(entry => entry.Stat.Kind == EntryKind.File)
            .Select(entry => profiles.Match(Encoding.UTF8.GetString(entry.RawPath))?.Device)
            .Where(device => device is not null)
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Take(2)
            .ToList();
        return devices is [{ } only] ? only : null;
    }
}
