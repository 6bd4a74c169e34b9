using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// How recorders name their files, as data (<c>recorder-profiles.json</c>): the first profile whose expression matches wins. What a name
/// says is a hint; all zeros mean 'unknown', since that is what recorders write before they are configured.
/// </summary>
internal sealed class RecorderProfiles
{
    private static readonly TimeSpan s_matchLimit = TimeSpan.FromMilliseconds(100);
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { ReadCommentHandling = JsonCommentHandling.Skip };

    private readonly IReadOnlyList<(ProfileData Data, Regex Regex, TimeZoneInfo Zone)> _profiles;
    private readonly IReadOnlyList<Regex> _ignore;
    private readonly HashSet<string> _sidecars;
    private readonly Dictionary<string, ClipKind> _kinds;

    private RecorderProfiles(ProfilesData data)
    {
        IdentityOrder = data.IdentityOrder;
        BindingFile = data.BindingFile;
        VolumeLabel = Expression(data.VolumeLabel);
        _profiles = [.. data.Profiles.Select(p => (p, Expression(p.Regex), TimeZoneInfo.FindSystemTimeZoneById(p.Zone)))];
        _ignore = [.. data.Ignore.Select(Expression)];
        _sidecars = [.. data.Sidecars];
        _kinds = data.Kinds.SelectMany(kind => kind.Value.Select(ext => (ext, Enum.Parse<ClipKind>(kind.Key, ignoreCase: true))))
            .ToDictionary(pair => pair.ext, pair => pair.Item2);
    }

    /// <summary>Order in which sources of a recorder's identity are asked: <c>binding</c>, <c>volume</c>, <c>name</c>.</summary>
    public IReadOnlyList<string> IdentityOrder { get; }

    /// <summary>Name of the binding file in a recorder's root.</summary>
    public string BindingFile { get; }

    /// <summary>Volume labels that are a recorder's number (group <c>dev</c>), not a maker's default.</summary>
    public Regex VolumeLabel { get; }

    /// <summary>Reads the profiles that were shipped beside the program.</summary>
    public static RecorderProfiles Load() => Load(Path.Combine(AppContext.BaseDirectory, "recorder-profiles.json"));

    /// <summary>Reads profiles from a file.</summary>
    /// <exception cref="InvalidDataException">It is no profile file; the message names the entry.</exception>
    public static RecorderProfiles Load(string path)
    {
        try
        {
            return new RecorderProfiles(JsonSerializer.Deserialize<ProfilesData>(File.ReadAllBytes(path), s_json)!);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or TimeZoneNotFoundException)
        {
            throw new InvalidDataException($"The recorder profiles in {path} can't be used: {e.Message}", e);
        }
    }

    /// <summary>What a file's relative path says of it; null where no profile matches.</summary>
    /// <param name="path">Path as text, '/' between parts.</param>
    public NameFacts? Match(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        foreach (var (data, regex, zone) in _profiles)
        {
            var match = Matches(regex, data.On == "path" ? path : name);
            if (match is null)
                continue;
            var local = NameTime.Of(match, zone);
            return new NameFacts(
                data.Id,
                KnownNumber(match, "dev"),
                KnownNumber(match, "person"),
                local?.Local,
                local is null ? null : data.Zone,
                local?.Utc,
                Text(match, "cls"),
                long.TryParse(Text(match, "seq"), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) ? sequence : null,
                Text(match, "ch"));
        }
        return null;
    }

    /// <summary>Whether a file is a system's litter: listed as ignored, never copied.</summary>
    public bool Ignores(string path) => _ignore.Any(regex => Matches(regex, path) is not null);

    /// <summary>Whether a file may be a sidecar, by its extension.</summary>
    public bool MayBeSidecar(string path) => _sidecars.Contains(ExtensionOf(path)) && KindOf(path) is not ClipKind.Audio;

    /// <summary>Whether a file may have sidecars.</summary>
    public bool MayHaveSidecars(string path) => KindOf(path) != ClipKind.Data && !_sidecars.Contains(ExtensionOf(path));

    /// <summary>What a file is by its extension, until it was probed.</summary>
    public ClipKind KindOf(string path) => _kinds.GetValueOrDefault(ExtensionOf(path), ClipKind.Data);

    private static string ExtensionOf(string path) => Path.GetExtension(path).TrimStart('.').ToLowerInvariant();

    private static Regex Expression(string pattern) =>
        new(pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, s_matchLimit);

    private static Match? Matches(Regex regex, string text)
    {
        try
        {
            var match = regex.Match(text);
            return match.Success ? match : null;
        }
        catch (RegexMatchTimeoutException)
        {
            // A name that takes this long tells nothing worth waiting for.
            return null;
        }
    }

    private static string? KnownNumber(Match match, string group) =>
        Text(match, group) is { } text && text.Any(c => c != '0') ? text : null;

    private static string? Text(Match match, string group) => match.Groups[group] is { Success: true, Value: var value } ? value : null;

    private sealed record ProfilesData(
        IReadOnlyList<string> IdentityOrder,
        string BindingFile,
        string VolumeLabel,
        IReadOnlyList<string> Ignore,
        IReadOnlyList<string> Sidecars,
        IReadOnlyDictionary<string, IReadOnlyList<string>> Kinds,
        IReadOnlyList<ProfileData> Profiles);

    private sealed record ProfileData(string Id, string On, string Zone, string Regex);
}
