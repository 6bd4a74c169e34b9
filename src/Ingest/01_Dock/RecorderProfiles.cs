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
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        ReadCommentHandling = JsonCommentHandling.Skip,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    private readonly IReadOnlyList<(ProfileData Data, Regex Regex, TimeZoneInfo Zone)> _profiles;
    private readonly IReadOnlyList<Regex> _ignore;
    private readonly HashSet<string> _sidecars;
    private readonly Dictionary<string, ClipKind> _kinds;

    private RecorderProfiles(ProfilesData data)
    {
        IdentityOrder = Whole(data.IdentityOrder, "identityOrder");
        BindingFile = IsName(data.BindingFile) ? data.BindingFile : throw new ArgumentException($"bindingFile '{data.BindingFile}' is no file name.");
        VolumeLabel = Expression(data.VolumeLabel);
        _profiles = [.. Whole(data.Profiles, "profiles").Select(profile => (profile, Expression(profile.Regex), ZoneOf(profile)))];
        _ignore = [.. Whole(data.Ignore, "ignore").Select(Expression)];
        _sidecars = [.. Whole(data.Sidecars, "sidecars")];
        _kinds = data.Kinds.SelectMany(kind => Whole(kind.Value, "kinds").Select(ext => (ext, KindNamed(kind.Key)))).ToDictionary(pair => pair.ext, pair => pair.Item2);
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
            return new RecorderProfiles(JsonSerializer.Deserialize<ProfilesData>(File.ReadAllBytes(path), s_json) ?? throw new JsonException("The file is empty."));
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
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

    /// <summary>The recorder's number in a volume's label, or null.</summary>
    public string? DeviceOfLabel(string label) => Matches(VolumeLabel, label)?.Groups["dev"].Value;

    /// <summary>Whether a file is a system's litter: listed as ignored, never copied.</summary>
    public bool Ignores(string path) => _ignore.Any(regex => Matches(regex, path) is not null);

    /// <summary>Whether a file may be a sidecar, by its extension.</summary>
    public bool MayBeSidecar(string path) => _sidecars.Contains(ExtensionOf(path)) && KindOf(path) is not ClipKind.Audio;

    /// <summary>Whether a file may have sidecars.</summary>
    public bool MayHaveSidecars(string path) => KindOf(path) != ClipKind.Data && !_sidecars.Contains(ExtensionOf(path));

    /// <summary>What a file is by its extension, until it was probed.</summary>
    public ClipKind KindOf(string path) => _kinds.GetValueOrDefault(ExtensionOf(path), ClipKind.Data);

    /// <summary>A list whose every entry is there: JSON may have null in any place.</summary>
    private static IReadOnlyList<T> Whole<T>(IReadOnlyList<T>? list, string name) =>
        list is not null && list.All(entry => entry is not null) ? list : throw new ArgumentException($"'{name}' has an empty entry.");

    private static bool IsName(string name) => name is not ("" or "." or "..") && !name.AsSpan().ContainsAny('/', '\0');

    private static ClipKind KindNamed(string word) =>
        Enum.GetValues<ClipKind>().Cast<ClipKind?>().FirstOrDefault(kind => kind!.Value.Word() == word) ?? throw new ArgumentException($"'{word}' is no kind of file.");

    private static TimeZoneInfo ZoneOf(ProfileData profile) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(profile.Zone, out var zone) ? zone : throw new ArgumentException($"The zone '{profile.Zone}' of profile '{profile.Id}' isn't known here.");

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
