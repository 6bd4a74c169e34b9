using System.Globalization;
using System.Runtime.InteropServices;

namespace YaoAn.Ingest;

/// <summary>
/// Reads QR codes in pictures with libzbar. The library had overflows in just this decoder (CVE-2023-40889, -40890), so it runs as a process
/// of its own inside the sandbox: <see cref="ReadAsync"/> starts it, and <see cref="Print"/> is what runs there.
/// </summary>
internal sealed partial class CodeReader(Sandbox sandbox)
{
    private const string Zbar = "libzbar.so.0";
    private const int MostTextBytes = 64 << 10;

    /// <summary>Four characters as zbar takes its formats: one grey byte a pixel.</summary>
    private const uint Y800 = 'Y' | ('8' << 8) | ('0' << 16) | ((uint)'0' << 24);

    private const int QrCode = 64, Enable = 0;

    /// <summary>Whether the library is on this machine.</summary>
    public static bool IsThere
    {
        get
        {
            if (!NativeLibrary.TryLoad(Zbar, out var library))
                return false;
            NativeLibrary.Free(library);
            return true;
        }
    }

    /// <summary>Codes by the number of the picture that shows them, from 0.</summary>
    /// <returns>Null where the library is missing.</returns>
    /// <exception cref="SandboxUnavailableException">Nothing was read.</exception>
    public async Task<IReadOnlyList<(int Picture, string Text)>?> ReadAsync(string picturesPath, CancellationToken ct)
    {
        using var job = sandbox.Prepare(picturesPath, cpuSeconds: 20);
        using var output = new CappedBuffer(MostTextBytes);
        var result = await sandbox.RunAsync(job, "codes", [Sandbox.Input], output.ReadAsync, ct);
        if (result.ExitCode == ExitCodes.Missing)
            return null;
        var codes = new List<(int, string)>();
        foreach (var line in output.ToText().Split('\n'))
        {
            if (line.Split('\t') is [var number, var text] && int.TryParse(number, CultureInfo.InvariantCulture, out var picture))
                codes.Add((picture, text));
        }
        return codes;
    }

    /// <summary>Inside the sandbox: prints a line for each code, the number of its picture and its text.</summary>
    /// <returns>Exit code.</returns>
    public static int Print(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            for (var number = 0; GreyPicture.ReadAsync(stream, CancellationToken.None).GetAwaiter().GetResult() is { } picture; number++)
            {
                foreach (var text in CodesOf(picture).Where(text => !text.AsSpan().ContainsAny('\t', '\n')))
                    Console.Out.Write(string.Create(CultureInfo.InvariantCulture, $"{number}\t{text}\n"));
            }
            return ExitCodes.Good;
        }
        catch (DllNotFoundException e)
        {
            Console.Error.Write(e.Message);
            return ExitCodes.Missing;
        }
    }

    private static List<string> CodesOf(GreyPicture picture)
    {
        var (scanner, image) = (zbar_image_scanner_create(), zbar_image_create());
        var pinned = GCHandle.Alloc(picture.Pixels, GCHandleType.Pinned);
        try
        {
            _ = zbar_image_scanner_set_config(scanner, 0, Enable, 0);
            _ = zbar_image_scanner_set_config(scanner, QrCode, Enable, 1);
            zbar_image_set_format(image, new CULong(Y800));
            zbar_image_set_size(image, (uint)picture.Width, (uint)picture.Height);
            zbar_image_set_data(image, pinned.AddrOfPinnedObject(), new CULong((nuint)picture.Pixels.Length), 0);
            var texts = new List<string>();
            if (zbar_scan_image(scanner, image) > 0)
            {
                for (var symbol = zbar_image_first_symbol(image); symbol != 0; symbol = zbar_symbol_next(symbol))
                    texts.Add(Marshal.PtrToStringUTF8(zbar_symbol_get_data(symbol)) ?? "");
            }
            return texts;
        }
        finally
        {
            zbar_image_destroy(image);
            zbar_image_scanner_destroy(scanner);
            pinned.Free();
        }
    }

    [LibraryImport(Zbar)]
    private static partial nint zbar_image_scanner_create();

    [LibraryImport(Zbar)]
    private static partial void zbar_image_scanner_destroy(nint scanner);

    [LibraryImport(Zbar)]
    private static partial int zbar_image_scanner_set_config(nint scanner, int symbology, int config, int value);

    [LibraryImport(Zbar)]
    private static partial nint zbar_image_create();

    [LibraryImport(Zbar)]
    private static partial void zbar_image_destroy(nint image);

    [LibraryImport(Zbar)]
    private static partial void zbar_image_set_format(nint image, CULong format);

    [LibraryImport(Zbar)]
    private static partial void zbar_image_set_size(nint image, uint width, uint height);

    [LibraryImport(Zbar)]
    private static partial void zbar_image_set_data(nint image, nint data, CULong length, nint cleanup);

    [LibraryImport(Zbar)]
    private static partial int zbar_scan_image(nint scanner, nint image);

    [LibraryImport(Zbar)]
    private static partial nint zbar_image_first_symbol(nint image);

    [LibraryImport(Zbar)]
    private static partial nint zbar_symbol_next(nint symbol);

    [LibraryImport(Zbar)]
    private static partial nint zbar_symbol_get_data(nint symbol);
}
