namespace YaoAn.Benchmarks;

/// <summary>One way of getting a card's files into another folder.</summary>
internal abstract class Contender(string name)
{
    public string Name => name;

    /// <summary>Why it can't take part on this machine; null where it can.</summary>
    public virtual string? Absent => null;

    /// <summary>Does what isn't measured and gives what is.</summary>
    /// <param name="card">The files; nothing of them is in memory.</param>
    /// <param name="target">A folder of its own, empty.</param>
    public abstract Task<Func<Task>> PrepareAsync(Card card, string target);

    /// <summary>What is wrong with what it made; null where nothing is.</summary>
    public abstract Task<string?> FaultAsync(Card card, string target);

    /// <summary>Lets go of what <see cref="PrepareAsync"/> made.</summary>
    public virtual ValueTask EndAsync() => ValueTask.CompletedTask;
}
