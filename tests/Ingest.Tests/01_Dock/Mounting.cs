using System.Diagnostics;

namespace YaoAn.Ingest.Tests.Dock;

/// <summary>The system's own mount and umount; they take root.</summary>
internal static class Mounting
{
    /// <returns>Whether it was done.</returns>
    public static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
