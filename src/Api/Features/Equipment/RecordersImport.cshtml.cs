using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Import of recorders.</summary>
[Authorize(Policy = nameof(Right.ManageRecorders)), RequestSizeLimit(MostRequestBytes)]
internal sealed class RecordersImportModel(
    RecordersSheet sheet, SheetImports imports, ImportTable waiting, IStringLocalizer<FaultWords> faultWords, TimeProvider time)
    : ImportModel(sheet, imports, waiting, faultWords, time);
