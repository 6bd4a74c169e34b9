using System.Diagnostics;
using Xunit;

namespace YaoAn.Ingest.Tests.Dock;

/// <summary>A file system in memory, mounted as a card; unmounted when it is disposed. Mounting takes root: a test without it is skipped.</summary>
internal sealed class MountedCard : IDisposable
{
    private readonly string _point;

    private MountedCard(string point) => _point = point;

    /// <summary>Mounts one, at a folder that is made where it isn't there.</summary>
    /// <param name="point">Folder.</param>
    /// <param name="options">As mount has them.</param>
    public static MountedCard At(string point, string options = "rw")
    {
        Directory.CreateDirectory(point);
        Skip.IfNot(Run("mount", "-t", "tmpfs", "-o", options, "card", point), "Mounting takes root; run as root to see this one.");
        return new MountedCard(point);
    }

    /// <summary>Changes its options.</summary>
    public void Remount(string options) => Assert.True(Run("mount", "-o", $"remount,{options}", _point));

    public void Dispose() => Assert.True(Run("umount", _point));

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
