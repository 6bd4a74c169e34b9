namespace YaoAn.Api;

/// <summary>A counter that opens its list.</summary>
/// <param name="List">One of <see cref="OverdueLists.All"/>.</param>
/// <param name="Count">How many.</param>
/// <param name="Href">Address of the list.</param>
/// <param name="IsShown">The list is the one on the page.</param>
internal sealed record CounterView(string List, long Count, string Href, bool IsShown = false);
