using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace YaoAn.Tests.Station;

/// <summary>A TCP forwarder between the programs and PostgreSQL, so that 'the database is down' is a cut connection that can be restored.</summary>
public sealed class PostgresForwarder(string host, int port) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<TcpClient, bool> _open = new();
    private TcpListener? _listener;
    private Task _accepting = Task.CompletedTask;

    /// <summary>The port that programs connect to; it stays the same over cuts.</summary>
    public int Port { get; private set; }

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
            var ended = await Task.WhenAny(near.CopyToAsync(far), far.CopyToAsync(near));
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
}
