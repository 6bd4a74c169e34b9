using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Models of recorders: maker, naming profile, and whether originals may be deleted on such a recorder.</summary>
[Authorize(Policy = nameof(Right.SeeRecorders))]
internal sealed class RecorderModelsModel(RecorderModelTable models, IStringLocalizer<FaultWords> faultWords) : EditModel(faultWords)
{
    public IReadOnlyList<RecorderModel> Models { get; private set; } = [];

    public bool MayManage => User.Has(Right.ManageRecorders);

    public async Task OnGetAsync(string? said, CancellationToken ct)
    {
        Models = await models.ListAsync(ct);
        IsSaved = said == "saved";
    }

    public async Task<IActionResult> OnPostAsync(string? name, string? maker, string? profile, bool releases, CancellationToken ct)
    {
        if (!MayManage)
            return Forbid();
        if (Take(await models.SaveAsync(new RecorderModel { Name = name ?? "", Maker = maker, Profile = profile, Releases = releases }, HttpContext.By("page"), ct)))
            return Redirect("/recorder-models?said=saved");
        Models = await models.ListAsync(ct);
        return Page();
    }
}
