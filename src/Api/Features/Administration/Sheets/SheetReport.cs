using System.Security.Cryptography;
using System.Text;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>What a sheet would do, row by row.</summary>
/// <param name="Rows">Its rows.</param>
/// <param name="Fault">Why the file can't be read at all.</param>
internal sealed record SheetReport(IReadOnlyList<RowReport> Rows, Fault? Fault)
{
    public int Created => Rows.Count(row => row.Outcome == SaveOutcome.Created);

    public int Changed => Rows.Count(row => row.Outcome == SaveOutcome.Changed);

    public int Unchanged => Rows.Count(row => row.Outcome == SaveOutcome.Unchanged);

    public int Bad => Rows.Count(row => row.Faults.Count > 0);

    /// <summary>Every row is good and something would be written.</summary>
    public bool MayApply => Fault is null && Bad == 0 && Created + Changed > 0;

    /// <summary>All that decides what it does. Another one later means that the data changed, and that a person has to look again.</summary>
    public Sha256Digest Fingerprint()
    {
        var text = new StringBuilder();
        foreach (var row in Rows)
            text.Append(row.Number).Append('\t').Append(row.Key).Append('\t').Append(row.Outcome).Append('\t').Append(row.Before).Append('\n');
        return Sha256Digest.From(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}

/// <summary>What a row would do.</summary>
/// <param name="Number">Its number in the sheet.</param>
/// <param name="Key">Its natural key.</param>
/// <param name="Outcome">What would become of it.</param>
/// <param name="Before">Version that stands there now; 0 for none.</param>
/// <param name="Faults">What is wrong, with the key of its column.</param>
/// <param name="Cells">Its cells as a person sees them.</param>
internal sealed record RowReport(
    int Number, string Key, SaveOutcome Outcome, int Before, IReadOnlyList<Fault> Faults, IReadOnlyDictionary<string, string> Cells);
