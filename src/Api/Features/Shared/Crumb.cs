namespace YaoAn.Api;

/// <summary>A step of the breadcrumb; the last one, without a link, is the page itself.</summary>
public sealed record Crumb(string Text, string? Href = null);
