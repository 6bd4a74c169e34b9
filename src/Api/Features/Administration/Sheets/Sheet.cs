using Microsoft.Extensions.Localization;
using Npgsql;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>A list that comes and goes as an Excel sheet. The first column holds the natural key.</summary>
internal abstract class Sheet(IStringLocalizer words, IStringLocalizer<SheetWords> common)
{
    /// <summary>Key of the template's example row: a row that has it is passed over.</summary>
    public const string ExampleKey = "示例001";

    /// <summary>Short name, which also is the address of the list.</summary>
    public abstract string Name { get; }

    public abstract IReadOnlyList<SheetColumn> Columns { get; }

    /// <summary>Words of this list: its name, its columns and what may stand in them.</summary>
    public IStringLocalizer Words => words;

    /// <summary>Words of all sheets.</summary>
    public IStringLocalizer Common => common;

    public SheetColumn Key => Columns[0];

    /// <summary>Key of the word that heads a column.</summary>
    public string HeaderKey(SheetColumn column) => $"Column_{Name}_{column.Key}";

    /// <summary>The word that heads the column of a field.</summary>
    public string Header(string key) => Columns.FirstOrDefault(column => column.Key == key) is { } column ? words[HeaderKey(column)].Value : key;

    /// <summary>What its list exports can be imported again.</summary>
    public virtual bool ComesBack => true;

    /// <summary>What no two rows of a file may have in common; empty where a row can't be told from others yet.</summary>
    public virtual string KeyOf(SheetRow row) => row.Cells[Key.Key];

    /// <summary>Saves one row: what the sheet has no column for stays as it is.</summary>
    /// <returns>The outcome, and the version that was there before.</returns>
    public abstract Task<(SaveResult Result, int Before)> SaveAsync(NpgsqlTransaction transaction, SheetRow row, Importer by, CancellationToken ct);
}

/// <summary>Who imports a sheet.</summary>
/// <param name="By">For events.</param>
/// <param name="Viewer">What this person may know of.</param>
internal sealed record Importer(ChangeBy By, Viewer Viewer);

/// <summary>Words of templates and imports, in Resources/SheetWords.resx.</summary>
internal sealed class SheetWords;

/// <summary>A row as it was read.</summary>
/// <param name="Number">Its number in the sheet, 1-based as Excel shows it.</param>
internal sealed record SheetRow(int Number)
{
    private readonly Dictionary<string, object?> _values = [];

    /// <summary>What can't be read as what its column holds.</summary>
    public List<Fault> Faults { get; } = [];

    /// <summary>The cells as a person sees them, by key of their column.</summary>
    public Dictionary<string, string> Cells { get; } = [];

    public void Set(string key, object? value) => _values[key] = value;

    /// <summary>The cell of a column; what stands there already where the sheet has no such column.</summary>
    public T? Get<T>(string key, T? otherwise) => _values.TryGetValue(key, out var value) ? (T?)value : otherwise;
}
