using System.Net;
using System.Net.Sockets;

namespace YaoAn.Tests.Support;

/// <summary>Loopback ports for programs that are started a moment later.</summary>
public static class FreePort
{
    private const int First = 10_000, Last = 19_999, Attempts = 100;

    /// <summary>
    /// A port that nobody listens at: below the kernel's range for outgoing connections, one of which may else take it in between, and below what
    /// <c>deploy/lib/ports.sh</c> gives.
    /// </summary>
    public static int Take()
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var port = Random.Shared.Next(First, Last + 1);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: another one.
            }
        }
        throw new InvalidOperationException($"None of {Attempts} loopback ports between {First} and {Last} is free.");
    }
}
