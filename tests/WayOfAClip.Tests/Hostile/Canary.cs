using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace YaoAn.WayOfAClip.Tests.Hostile;

/// <summary>
/// A file that nobody may open, told by the kernel (inotify: whoever opens it, from whatever sandbox or mount), and two ports that nobody may
/// call. <see cref="ProveAsync"/> shows that all three would have told.
/// </summary>
internal sealed partial class Canary : IDisposable
{
    private const int IN_NONBLOCK = 0x800, IN_CLOEXEC = 0x80000;
    private const uint IN_ACCESS = 1, IN_OPEN = 0x20;

    private readonly string _folder = Directory.CreateTempSubdirectory("yaoan-canary-").FullName;
    private readonly int _watch;
    private readonly TcpListener _tcp = new(IPAddress.Loopback, 0);
    private readonly Socket _udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    public Canary()
    {
        File.WriteAllText(Path.Combine(_folder, "canary.txt"), "root:x:0:0: nobody may read this\n");
        // Anybody may: it is the sandbox that has to keep them away.
        File.SetUnixFileMode(_folder, (UnixFileMode)0b111_101_101);
        _tcp.Start();
        _udp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Bait = new Bait(Path.Combine(_folder, "canary.txt"), ((IPEndPoint)_tcp.LocalEndpoint).Port, ((IPEndPoint)_udp.LocalEndPoint!).Port);
        _watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
        if (_watch < 0 || inotify_add_watch(_watch, Bait.File, IN_ACCESS | IN_OPEN) < 0)
            throw new InvalidOperationException($"inotify: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    public Bait Bait { get; }

    /// <summary>Opens and reads of the file since the last look.</summary>
    public int Reads()
    {
        var buffer = new byte[4096];
        var events = 0;
        while (read(_watch, buffer, buffer.Length) is > 0 and var length)
        {
            // struct inotify_event: 16 bytes and a name; a watched file has none.
            events += (int)length / 16;
        }
        return events;
    }

    /// <summary>Connections and datagrams since the last look.</summary>
    public int Calls()
    {
        var calls = 0;
        for (; _tcp.Pending(); calls++)
            _tcp.AcceptSocket().Dispose();
        for (var buffer = new byte[1 << 16]; _udp.Available > 0; calls++)
            _udp.Receive(buffer);
        return calls;
    }

    /// <summary>That each would have told.</summary>
    public async Task<(int Reads, int Calls)> ProveAsync()
    {
        await File.ReadAllTextAsync(Bait.File);
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, Bait.TcpPort);
        using var udp = new UdpClient();
        await udp.SendAsync(new byte[1], 1, new IPEndPoint(IPAddress.Loopback, Bait.UdpPort));
        await Task.Delay(100);
        return (Reads(), Calls());
    }

    public void Dispose()
    {
        _ = close(_watch);
        _tcp.Dispose();
        _udp.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int inotify_init1(int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int inotify_add_watch(int watch, string path, uint mask);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int file, byte[] buffer, nint count);

    [LibraryImport("libc")]
    private static partial int close(int file);
}
