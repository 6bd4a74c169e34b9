using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// What <c>ingest doctor</c> looks at beyond <see cref="StartupCheck"/>: things that a start doesn't wait for, or that are worth knowing while
/// they are no fault.
/// </summary>
internal sealed class Doctor(
    StartupCheck startup, IOptions<DataOptions> data, IOptions<S3Options> s3, ObjectStores stores, Sandbox sandbox, StationKeys keys, DockStation station,
    IConfiguration configuration)
{
    /// <summary>The oldest ffmpeg that this product was tried with.</summary>
    private const int OldestFfmpeg = 5;

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    public async Task<IReadOnlyList<CheckResult>> RunAsync(CancellationToken ct) =>
    [
        .. await startup.RunAsync(ct),
        StartupCheck.Try("key files", KeyFiles),
        await StartupCheck.TryAsync("store lock", isFatal: false, () => LockAsync(ct)),
        await StartupCheck.TryAsync("ffmpeg", isFatal: false, () => VersionAsync("ffmpeg", ct)),
        await StartupCheck.TryAsync("ffprobe", isFatal: false, () => VersionAsync("ffprobe", ct)),
        StartupCheck.Try("code reader", () => CodeReader.IsThere
            ? CheckOutcome.Good("libzbar is there")
            : CheckOutcome.Note("libzbar is missing: clips that film the station's clock correct nothing; install libzbar0")),
        StartupCheck.Try("clock", Clock),
        StartupCheck.Try("slots", Slots),
    ];

    /// <summary>Keys are for this user alone: the mode of each file, and of the folder that holds them.</summary>
    private CheckOutcome KeyFiles()
    {
        var folder = data.Value.KeysFolder;
        string?[] named = [configuration["Keys:Internal"], configuration["Keys:Bureau"], s3.Value.AccessKeyFile, s3.Value.SecretKeyFile];
        List<string> paths =
        [
            .. Directory.Exists(folder) ? Directory.GetFiles(folder).Append(folder) : [],
            .. named.OfType<string>().Where(name => name.Length > 0).Select(name => Path.Combine(Path.GetFullPath(data.Value.DataFolder), name)).Where(File.Exists),
        ];
        var open = paths.Distinct(StringComparer.Ordinal).Where(path => (File.GetUnixFileMode(path) & Others) != 0).Order(StringComparer.Ordinal).ToList();
        if (open.Count > 0)
            return CheckOutcome.Wrong($"Others on this machine may read {string.Join(", ", open)}: chmod go= {string.Join(' ', open)}");
        return keys.Bureau is null
            ? CheckOutcome.Note("no bureau key: binding files of recorders don't count (Keys:Bureau)")
            : CheckOutcome.Good(string.Create(CultureInfo.InvariantCulture, $"{paths.Count} for this user alone"));
    }

    private async Task<CheckOutcome> LockAsync(CancellationToken ct)
    {
        if (stores.Originals.LockStrength == LockStrength.Advisory)
            return CheckOutcome.Note("advisory: whoever reaches the store's disk can delete; a bucket with Object Lock enforces it");
        await stores.Originals.ProveLockAsync(ct);
        return CheckOutcome.Good("enforced: the store refused to delete a locked object");
    }

    private async Task<CheckOutcome> VersionAsync(string tool, CancellationToken ct)
    {
        using var job = sandbox.Prepare("/dev/null", 10);
        using var output = new MemoryStream();
        var result = await sandbox.RunAsync(job, tool, ["-hide_banner", "-version"], (stream, token) => stream.CopyToAsync(output, token), ct);
        // 'ffmpeg version 5.1.9-0+deb12u1 Copyright …'; builds of the day are called N-112345-gabcdef.
        var version = Encoding.UTF8.GetString(output.ToArray()).Split(' ') is [_, "version", var word, ..] ? word : null;
        if (result.ExitCode != 0 || version is null)
            return CheckOutcome.Wrong($"{tool} -version ended with {result.ExitCode} in the sandbox: install ffmpeg. {result.Errors}".TrimEnd());
        return int.TryParse(version.Split('.', '-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major) && major < OldestFfmpeg
            ? CheckOutcome.Wrong($"{tool} {version} is older than any this program was tried with: install version {OldestFfmpeg}.1 or newer.")
            : CheckOutcome.Good(version);
    }

    private static CheckOutcome Clock() => Posix.ClockIsSynchronized() switch
    {
        true => CheckOutcome.Good("the kernel says it is synchronised"),
        false => CheckOutcome.Note("the kernel says it isn't synchronised: run chrony or systemd-timesyncd, since times in the records follow this clock"),
        null => CheckOutcome.Note("the kernel doesn't tell whether it is synchronised"),
    };

    private CheckOutcome Slots()
    {
        var faults = new List<string>();
        foreach (var slot in station.Slots)
        {
            try
            {
                slot.Source.IsAttached();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception or InvalidDataException)
            {
                faults.Add(string.Create(CultureInfo.InvariantCulture, $"slot {slot.Source.Number} {slot.Source.Path}: {e.Message}"));
            }
            if (slot.Source is MountSlot && !Directory.Exists(slot.Source.Path))
                faults.Add(string.Create(CultureInfo.InvariantCulture, $"slot {slot.Source.Number} {slot.Source.Path} is no folder: make the mount point, or take it out of Station:MountRoots"));
        }
        var mounts = station.Slots.Count(slot => slot.Source is MountSlot);
        return faults.Count > 0
            ? CheckOutcome.Wrong(string.Join("; ", faults) + ".")
            : CheckOutcome.Good(string.Create(CultureInfo.InvariantCulture, $"{station.Slots.Count - mounts} folders, {mounts} mounts"));
    }
}
