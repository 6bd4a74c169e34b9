using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>What a person has here: sign-ins, password, second factor, tokens of programs.</summary>
[Authorize(Policy = Rights.SignedIn)]
internal sealed class MeModel(
    LoginTable logins, SecondFactorTable factors, ApiTokenTable tokens, LiveAccounts live, IOptions<SignInOptions> options, TimeProvider time) : PageModel
{
    /// <summary>Lives of a token that are offered, in days.</summary>
    public static readonly int[] Lives = [30, 90, 180, ApiTokenTable.MostDays];

    /// <summary>Of open sign-ins the digest is the name on the page: the id itself is a secret.</summary>
    public sealed record Session(string Key, LoginRow Row, bool IsThis);

    public IReadOnlyList<Session> Sessions { get; private set; } = [];

    public IReadOnlyList<ApiTokenRow> Tokens { get; private set; } = [];

    public bool HasSecond { get; private set; }

    public int CodesLeft { get; private set; }

    public DateTimeOffset? PasswordChangedAt { get; private set; }

    public SignedInAccount Account { get; private set; } = null!;

    /// <summary>A token that was just made, to be shown this once.</summary>
    public string? NewToken { get; private set; }

    /// <summary>Code of what became of the last wish.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Said { get; set; }

    public string? Fault { get; private set; }

    public DateTimeOffset Now => time.GetUtcNow();

    public PasswordProfile Profile => options.Value.Profile;

    /// <summary>Rights that a token of this person can have.</summary>
    public IEnumerable<Right> Grantable => ApiTokens.Grantable.Where(right => User.Has(right));

    private AccountId Me => User.Account()!.Value;

    public Task OnGetAsync(CancellationToken ct) => ReadAsync(ct);

    /// <summary>Ends one sign-in; the present one is ended by signing out.</summary>
    public async Task<IActionResult> OnPostEndAsync(string? key, CancellationToken ct)
    {
        await ReadAsync(ct);
        if (Sessions.FirstOrDefault(session => session.Key == key && !session.IsThis) is not { } session)
            return RedirectToPage(new { said = "gone" });
        await logins.EndAsync(session.Row.LoginId, Now, ct);
        live.Forget(session.Row.LoginId);
        return RedirectToPage(new { said = "ended" });
    }

    public async Task<IActionResult> OnPostEndOthersAsync(CancellationToken ct)
    {
        foreach (var ended in await logins.EndOthersAsync(Me, User.LoginId(), Now, ct))
            live.Forget(ended);
        return RedirectToPage(new { said = "ended" });
    }

    /// <summary>Makes a token; it is on the page that answers, and nowhere afterwards.</summary>
    public async Task<IActionResult> OnPostTokenAsync(string? name, string[] rights, int days, CancellationToken ct)
    {
        if (!User.IsFresh(time))
            return Redirect(Proofs.PathOf("/me#tokens"));
        var called = PlainText.Cut(name?.Trim() ?? "", ApiTokenTable.LongestName);
        var given = Grantable.Select(right => right.ToString()).Intersect(rights, StringComparer.Ordinal).ToArray();
        if (called.Length == 0 || given.Length == 0 || !Lives.Contains(days))
        {
            Fault = "TokenIncomplete";
        }
        else
        {
            var (secret, by) = (RandomToken.New(), HttpContext.By("page"));
            var token = new ApiTokenRow { TokenId = Guid.CreateVersion7(by.Now), Name = called, Rights = given, MadeAt = by.Now, ExpiresAt = by.Now.AddDays(days) };
            var entry = by.Happened(CustodyKinds.TokenMade, new("token", token.TokenId.ToString()), new("name", called), new("rights", given), new("expires", token.ExpiresAt));
            await tokens.MakeAsync(token, Me, RandomToken.DigestOf(secret)!.Value, entry, ct);
            NewToken = ApiTokens.Prefix + secret;
        }
        await ReadAsync(ct);
        return Page();
    }

    public async Task<IActionResult> OnPostRevokeAsync(Guid token, CancellationToken ct)
    {
        var entry = HttpContext.By("page").Happened(CustodyKinds.TokenRevoked, new KeyValuePair<string, object?>("token", token.ToString()));
        return RedirectToPage(new { said = await tokens.RevokeAsync(token, Me, entry, ct) ? "revoked" : "gone" });
    }

    private async Task ReadAsync(CancellationToken ct)
    {
        Account = await live.FindAsync(User.LoginId()!, ct) ?? throw new ProblemException(ProblemCode.SignInNeeded);
        Sessions =
        [
            .. (await logins.OpenOfAsync(Me, Now - options.Value.IdleFor, ct)).Where(row => Now - row.OpenedAt < options.Value.EndsAfter)
                .Select(row => new Session(RandomToken.DigestOf(row.LoginId)!.Value.ToString()[..16], row, row.LoginId == User.LoginId())),
        ];
        Tokens = await tokens.OfAsync(Me, ct);
        (HasSecond, PasswordChangedAt) = (Account.HasTotp, Account.PasswordChangedAt);
        CodesLeft = HasSecond ? await factors.CodesLeftAsync(Me, ct) : 0;
    }
}

/// <summary>Words of the page, in Resources/MeWords.resx.</summary>
internal sealed class MeWords;
