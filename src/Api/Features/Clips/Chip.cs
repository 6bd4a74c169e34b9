namespace YaoAn.Api;

/// <summary>A condition of the list, and the address of the list without it.</summary>
public sealed record Chip(string Name, string Value, string Without);
