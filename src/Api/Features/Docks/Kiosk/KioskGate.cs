using System.Net;
using Microsoft.Extensions.Options;

namespace YaoAn.Api;

/// <summary>
/// Whether a request comes from a kiosk: a badge counts where it can be seen who shows it, at the station, and nowhere else. For everybody else the
/// kiosk's addresses aren't there.
/// </summary>
internal sealed class KioskGate(IOptions<KioskOptions> options)
{
    private static readonly string[] s_passedOn = ["X-Forwarded-For", "Forwarded", "Via"];

    private readonly IPNetwork[] _networks = [.. options.Value.Networks()];

    public bool IsKiosk(HttpContext http)
    {
        // A proxy that this server wasn't told of would make the whole intranet look like this machine.
        if (!options.Value.Enabled || s_passedOn.Any(http.Request.Headers.ContainsKey) || http.Connection.RemoteIpAddress is not { } remote)
            return false;
        var address = remote.IsIPv4MappedToIPv6 ? remote.MapToIPv4() : remote;
        return _networks.Length == 0 ? IPAddress.IsLoopback(address) : _networks.Any(network => network.Contains(address));
    }
}
