using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Import of items into the draft of the checklist.</summary>
[Authorize(Policy = nameof(Right.ManageChecklist)), RequestSizeLimit(MostRequestBytes)]
internal sealed class ChecklistImportModel(
    ChecklistSheet sheet, SheetImports imports, ImportTable waiting, IStringLocalizer<FaultWords> faultWords, TimeProvider time)
    : ImportModel(sheet, imports, waiting, faultWords, time);
