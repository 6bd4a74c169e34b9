using System.CommandLine;
using System.Globalization;
using System.Text;

namespace YaoAn.Ingest;

/// <summary><c>ingest profiles test NAME…</c>: what the naming profiles read from file names. Needs no station.</summary>
internal static class ProfilesCommand
{
    public static Command Create()
    {
        var names = new Argument<string[]>("NAME") { Description = "Paths or names as on the recorder, '/' between parts; nothing is opened", Arity = ArgumentArity.OneOrMore };
        var file = new Option<FileInfo?>("--file") { Description = "Profile file to try; without it the one beside the program" };
        var test = new Command(
            "test",
            $"""
            Tells for each name which profile matches and what it reads from it.
            {ExitCodes.Words(ExitCodes.Good, ExitCodes.Finding, ExitCodes.Usage)} A name that no profile matches is a finding.
            """) { names, file };
        test.SetAction(parsed => Run(parsed.GetValue(names)!, parsed.GetValue(file)));
        return new Command("profiles", $"What recorders' names say: profiles test NAME…. {ExitCodes.Words(ExitCodes.Good, ExitCodes.Finding, ExitCodes.Usage)}") { test };
    }

    private static int Run(IReadOnlyList<string> names, FileInfo? file)
    {
        try
        {
            var profiles = file is null ? RecorderProfiles.Load() : RecorderProfiles.Load(file.FullName);
            var read = names.Select(name => Read(profiles, name)).ToList();
            Console.Write(Console.IsOutputRedirected ? Lines(read) : Table(read));
            return read.All(name => name.IsKnown) ? ExitCodes.Good : ExitCodes.Finding;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCodes.Usage;
        }
    }

    private static NameReading Read(RecorderProfiles profiles, string name)
    {
        var path = name.Replace('\\', '/');
        // As the dock does it: what is ignored is never asked for its profile.
        var facts = profiles.Ignores(path) ? null : profiles.Match(path);
        var role = profiles.Ignores(path) ? "ignored" : profiles.MayBeSidecar(path) ? "sidecar" : profiles.KindOf(path).ToString().ToLowerInvariant();
        string Text(object? value) => value is null ? "-" : DisplayName.Of(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{value}")));
        return new NameReading(
            [
                ("name", Text(name)),
                ("profile", Text(facts?.Profile)),
                ("kind", role),
                ("recorder", Text(facts?.Device)),
                ("person", Text(facts?.Person)),
                ("local", Text(facts?.LocalTime?.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture))),
                ("zone", Text(facts?.Zone)),
                ("utc", Text(facts?.Utc?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture))),
                ("class", Text(facts?.Class)),
                ("sequence", Text(facts?.Sequence)),
            ],
            IsKnown: facts is not null || role is "ignored" or "sidecar");
    }

    /// <summary>One line a name, <c>key=value</c> after the name: for programs. No value holds a space but the name, which stands last.</summary>
    private static string Lines(IReadOnlyList<NameReading> read) => string.Concat(read.Select(name =>
        $"{string.Join(' ', name.Parts.Skip(1).Select(part => $"{part.Key}={part.Value}"))} name={name.Parts[0].Value}\n"));

    private static string Table(IReadOnlyList<NameReading> read)
    {
        IReadOnlyList<string> heads = [.. read[0].Parts.Select(part => part.Key)];
        var widths = heads.Select((head, i) => read.Max(name => name.Parts[i].Value.Length) is var longest && longest > head.Length ? longest : head.Length).ToList();
        string Row(IEnumerable<string> cells) => string.Join("  ", cells.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd() + "\n";
        return Row(heads) + string.Concat(read.Select(name => Row(name.Parts.Select(part => part.Value))));
    }

    /// <summary>What was read from one name.</summary>
    private sealed record NameReading(IReadOnlyList<(string Key, string Value)> Parts, bool IsKnown);
}
