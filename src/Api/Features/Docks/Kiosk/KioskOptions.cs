using System.Net;
using Microsoft.Extensions.Options;

namespace YaoAn.Api;

/// <summary>What officers may do at a station by their badge alone. Section <c>Kiosk</c>.</summary>
internal sealed class KioskOptions
{
    public const string Section = "Kiosk";

    /// <summary>False: badges and labels do nothing at the board.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Addresses or networks (<c>10.1.2.0/24</c>) of kiosks; none: this machine alone.</summary>
    public string[] Addresses { get; set; } = [];

    /// <summary>A shared recorder has to be back after this time, hh:mm:ss.</summary>
    public TimeSpan PoolFor { get; set; } = TimeSpan.FromHours(12);

    /// <summary>Address under which a person's own computer reaches this server; on receipts. Without it the one that the kiosk used.</summary>
    public Uri? PublicAddress { get; set; }

    /// <summary>The networks of <see cref="Addresses"/>.</summary>
    public IEnumerable<IPNetwork> Networks() => Addresses.Select(text => NetworkOf(text) ?? throw new InvalidOperationException($"{text} is no address"));

    public static IPNetwork? NetworkOf(string text) => IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var one) ? new IPNetwork(one, one.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128)
        : null;
}

/// <summary>Names the key of each fault.</summary>
internal sealed class KioskOptionsCheck : IValidateOptions<KioskOptions>
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(7);

    public ValidateOptionsResult Validate(string? name, KioskOptions options)
    {
        var faults = options.Addresses.Where(text => KioskOptions.NetworkOf(text) is null)
            .Select(text => $"Kiosk:Addresses has {text}, which is neither an address nor a network such as 10.1.2.0/24.").ToList();
        if (options.PoolFor <= TimeSpan.Zero || options.PoolFor > s_longest)
            faults.Add($"Kiosk:PoolFor {options.PoolFor} has to be more than nothing and at most {s_longest}.");
        if (options.PublicAddress is { IsAbsoluteUri: false })
            faults.Add($"Kiosk:PublicAddress {options.PublicAddress} has to begin with http:// or https://.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
