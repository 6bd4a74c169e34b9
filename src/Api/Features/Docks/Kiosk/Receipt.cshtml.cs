using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>What a dock session brought, on one sheet to take along: counts, times and digests, no names of files. At a kiosk alone.</summary>
[AllowAnonymous]
[StandsAlone]
[ResponseCache(NoStore = true)]
internal sealed class ReceiptModel(KioskGate gate, ReceiptTable receipts, AllocationTable allocations, IOptions<KioskOptions> options, TimeProvider time) : PageModel
{
    /// <summary>Whoever docked gets it until a day later.</summary>
    private static readonly TimeSpan s_keptFor = TimeSpan.FromHours(24);

    public Receipt Receipt { get; private set; } = null!;

    /// <summary>Masked name and number of who had the recorder when it was put in.</summary>
    public string? Holder { get; private set; }

    /// <summary>Where who may see them finds the files, after signing in.</summary>
    public Uri? List { get; private set; }

    public DateTimeOffset Now { get; private set; }

    public async Task<IActionResult> OnGetAsync(string session, CancellationToken ct)
    {
        Now = time.GetUtcNow();
        if (!gate.IsKiosk(HttpContext) || !SessionId.TryParse(session, null, out var id) || await receipts.FindAsync(id, Now - s_keptFor, ct) is not { } receipt)
            return NotFound();
        Receipt = receipt;
        if (receipt.Recorder is not { } serial)
            return Page();
        Holder = await allocations.HolderAtAsync(serial, receipt.AttachedAt, ct) is { } holder ? $"{OfficerNames.Masked(holder.Name)} {holder.Number}" : null;
        var address = options.Value.PublicAddress ?? new Uri($"{Request.Scheme}://{Request.Host}");
        List = new Uri(address, new LibraryQuery { Recorder = serial, ByReceived = true }.Path);
        return Page();
    }
}
