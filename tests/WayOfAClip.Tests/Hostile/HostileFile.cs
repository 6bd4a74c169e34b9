namespace YaoAn.WayOfAClip.Tests.Hostile;

/// <summary>A file that somebody put onto a card to do harm, or that a broken card made of a good one.</summary>
/// <param name="Name">Its name on the card.</param>
/// <param name="Bytes">Its bytes.</param>
internal sealed record HostileFile(string Name, byte[] Bytes);

/// <summary>What hostile files point to: something that nobody may read, and places that nobody may call.</summary>
/// <param name="File">Path of the canary on this machine.</param>
/// <param name="TcpPort">Port of 127.0.0.1 that listens.</param>
/// <param name="UdpPort">Port of 127.0.0.1 that listens.</param>
internal sealed record Bait(string File, int TcpPort, int UdpPort)
{
    public string Http => $"http://127.0.0.1:{TcpPort}/canary";
}
