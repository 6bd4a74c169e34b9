using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Import of units.</summary>
[Authorize(Policy = nameof(Right.ManagePeople)), RequestSizeLimit(MostRequestBytes)]
internal sealed class UnitsImportModel(
    UnitsSheet sheet, SheetImports imports, ImportTable waiting, IStringLocalizer<FaultWords> faultWords, TimeProvider time)
    : ImportModel(sheet, imports, waiting, faultWords, time);
