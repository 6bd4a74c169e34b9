namespace YaoAn.Catalog;

/// <summary>Why a value can't be taken. A page, the API and a sheet each show it in words of their language.</summary>
/// <param name="Field">Name of the field, as the API has it: <c>parent</c>, <c>leftOn</c> ….</param>
/// <param name="Code">What is wrong: <c>required</c>, <c>unknown-unit</c> ….</param>
/// <param name="Arguments">What the sentence names: the other officer, the limit.</param>
public sealed record Fault(string Field, string Code, params IReadOnlyList<string> Arguments);
