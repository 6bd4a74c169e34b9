using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace YaoAn.Tests.Station;

/// <summary>A TCP forwarder, so that 'the database is down' or 'the line broke' is a cut connection that can be restored.</summary>
public sealed class Forwarder(string host, int port) : IAsyncDisposable
{
    private const int BufferBytes = 64 << 10;

    private readonly ConcurrentDictionary<TcpClient, bool> _open = new();
    private TcpListener? _listener;
    private Task _accepting = Task.CompletedTask;
    private long _sent;

    /// <summary>The port that clients connect to; it stays the same over cuts.</summary>
    public int Port { get; private set; }

    /// <summary>Bytes a second towards the server, on each connection; null for as fast as it goes.</summary>
    public long? BytesPerSecond { get; init; }

    /// <summary>Bytes that went towards the server so far.</summary>
    public long SentBytes => Volatile.Read(ref _sent);

    /// <summary>Forwards from now on.</summary>
    public void Open()
    {
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync(_listener);
    }

    /// <summary>Breaks all connections and refuses new ones.</summary>
    public async Task CutAsync()
    {
        _listener?.Dispose();
        await _accepting;
        foreach (var client in _open.Keys)
            client.Dispose();
        _open.Clear();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await CutAsync();

    private async Task AcceptAsync(TcpListener listener)
    {
        while (true)
        {
            TcpClient client;
            try
            {
                client = await listener.AcceptTcpClientAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
            _ = PassOnAsync(client);
        }
    }

    private async Task PassOnAsync(TcpClient client)
    {
        using var server = new TcpClient();
        _open[client] = _open[server] = true;
        try
        {
            await server.ConnectAsync(host, port);
            (client.NoDelay, server.NoDelay) = (true, true);
            var (near, far) = (client.GetStream(), server.GetStream());
            var ended = await Task.WhenAny(SendAsync(near, far), far.CopyToAsync(near));
            await ended;
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut, by this test or by either end.
        }
        finally
        {
            client.Dispose();
            _open.TryRemove(client, out _);
            _open.TryRemove(server, out _);
        }
    }

    private async Task SendAsync(NetworkStream near, NetworkStream far)
    {
        var buffer = new byte[BufferBytes];
        int read;
        while ((read = await near.ReadAsync(buffer)) > 0)
        {
            if (BytesPerSecond is { } pace)
                await Task.Delay(TimeSpan.FromSeconds(read / (double)pace));
            await far.WriteAsync(buffer.AsMemory(0, read));
            Interlocked.Add(ref _sent, read);
        }
    }
}
