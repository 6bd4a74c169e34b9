using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>A list of officers on a page.</summary>
/// <param name="Query">What it shows.</param>
/// <param name="Officers">The rows.</param>
/// <param name="Today">Today in UTC+8.</param>
/// <param name="Wide">There is room for all columns.</param>
internal sealed record OfficerTableView(OfficersQuery Query, KeyPage<OfficerRow> Officers, DateOnly Today, bool Wide);

/// <summary>A choice of a unit.</summary>
/// <param name="Id">Id of the element.</param>
/// <param name="Name">Name of the field.</param>
/// <param name="Units">The tree, in its order.</param>
/// <param name="Chosen">Code of the chosen unit.</param>
/// <param name="None">Word for no unit; null where one has to be chosen.</param>
/// <param name="ShowClosed">Closed units can be chosen too.</param>
internal sealed record UnitSelect(string Id, string Name, IReadOnlyList<UnitRow> Units, string? Chosen, string? None, bool ShowClosed = false, bool IsFixed = false);

/// <summary>Where a list of pages goes on.</summary>
/// <param name="Shown">Rows on this page.</param>
/// <param name="Count">Rows on all pages.</param>
/// <param name="Previous">Address of the page before; null on the first.</param>
/// <param name="Next">Address of the next page; null on the last.</param>
internal sealed record Pager(int Shown, long Count, string? Previous, string? Next);
