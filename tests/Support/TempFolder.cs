using System.Diagnostics;

namespace YaoAn.Tests.Support;

/// <summary>A folder of one test, on a real disk, gone afterwards with everything in it.</summary>
public sealed class TempFolder : IDisposable
{
    /// <summary>Its absolute path.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("yaoan-test-").FullName;

    /// <summary>A path in it.</summary>
    public string At(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Writes a file in it, with its folders.</summary>
    public string Write(string name, ReadOnlySpan<byte> content)
    {
        var path = At(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write);
        file.Write(content);
        return path;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Not Directory.Delete: tests make names that .NET can't spell, and folders that are read-only.
        using (var chmod = Process.Start("chmod", ["-R", "u+rwX", Path]))
            chmod.WaitForExit();
        using (var rm = Process.Start("rm", ["-rf", "--", Path]))
            rm.WaitForExit();
    }
}
