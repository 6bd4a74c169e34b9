using System.Diagnostics;

namespace YaoAn.Benchmarks;

/// <summary>
/// A program that people copy files with, as they would call it. Each ends with an fsync of every file it made: what isn't on the disk was not copied
/// for good, and would be faster for no merit.
/// </summary>
/// <param name="name">What stands in the table.</param>
/// <param name="program">Program that has to be there.</param>
/// <param name="command">Shell; <c>$CARD</c> and <c>$TARGET</c> are folders, <c>$SIDE</c> is a name beside the latter.</param>
/// <param name="before">The same, not measured.</param>
/// <param name="unpack">The same: puts into <c>$SIDE</c> what the target holds, where it doesn't hold the files themselves.</param>
internal sealed class Peer(string name, string program, string command, string? before = null, string? unpack = null) : Contender(name)
{
    private const string SyncEach = "sync \"$TARGET\"/*";
    private const string Cp = $"cp -r --reflink=never \"$CARD/.\" \"$TARGET/\" && {SyncEach}";

    /// <summary>What the others are measured by: the least that makes a copy safe.</summary>
    public static Peer CpAndSync => new("cp, fsync", "cp", Cp);

    /// <summary>Everybody who copies and can tell that the copy is right.</summary>
    public static IReadOnlyList<Peer> Checking =>
    [
        new("cp, fsync, openssl dgst of both", "openssl", $"{Cp} && openssl dgst -sha256 -r \"$CARD\"/* >\"$SIDE\" && openssl dgst -sha256 -r \"$TARGET\"/* >>\"$SIDE\""),
        new("cp, fsync, sha256sum of both", "sha256sum", $"{Cp} && (cd \"$CARD\" && sha256sum -- *) >\"$SIDE\" && (cd \"$TARGET\" && sha256sum --check --quiet \"$SIDE\")"),
        new("rsync -c, fsync", "rsync", $"rsync -rtc \"$CARD/\" \"$TARGET/\" && {SyncEach}"),
        new("rclone copy --checksum, fsync", "rclone", $"rclone copy --checksum --config \"$SIDE\" \"$CARD\" \"$TARGET\" && {SyncEach}"),
        new(
            "restic backup", "restic", "restic backup -q --no-cache -r \"$TARGET\" \"$CARD\"", "restic init -q --no-cache -r \"$TARGET\"",
            "restic restore -q --no-cache -r \"$TARGET\" latest --target \"$SIDE\" && mv \"$SIDE/$CARD\"/* \"$SIDE\""),
    ];

    public override string? Absent => AbsenceOf(program);

    /// <summary>Says that a program isn't on this machine; null where it is.</summary>
    public static string? AbsenceOf(string program) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, program))) ? null : $"no {program} here";

    public override async Task<Func<Task>> PrepareAsync(Card card, string target)
    {
        if (before is not null)
            await ShellAsync(before, card, target);
        return () => ShellAsync(command, card, target);
    }

    public override async Task<string?> FaultAsync(Card card, string target)
    {
        if (unpack is null)
            return await card.FaultOfAsync(target);
        await ShellAsync(unpack, card, target);
        return await card.FaultOfAsync(SideOf(target));
    }

    private static string SideOf(string target) => target + ".side";

    private async Task ShellAsync(string line, Card card, string target)
    {
        var start = new ProcessStartInfo("sh", ["-ec", line]) { RedirectStandardError = true, RedirectStandardOutput = true };
        (start.Environment["CARD"], start.Environment["TARGET"], start.Environment["SIDE"]) = (card.Folder, target, SideOf(target));
        start.Environment["RESTIC_PASSWORD"] = "benchmark";
        using var shell = Process.Start(start)!;
        var said = await Task.WhenAll(shell.StandardError.ReadToEndAsync(), shell.StandardOutput.ReadToEndAsync());
        await shell.WaitForExitAsync();
        if (shell.ExitCode != 0)
            throw new IOException($"{Name} ended with {shell.ExitCode}: {said[0]}");
    }
}
