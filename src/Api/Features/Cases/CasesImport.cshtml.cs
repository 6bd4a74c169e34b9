using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Import of cases and their activities.</summary>
[Authorize(Policy = nameof(Right.EditCases)), RequestSizeLimit(MostRequestBytes)]
internal sealed class CasesImportModel(
    CasesSheet sheet, SheetImports imports, ImportTable waiting, IStringLocalizer<FaultWords> faultWords, TimeProvider time)
    : ImportModel(sheet, imports, waiting, faultWords, time);
