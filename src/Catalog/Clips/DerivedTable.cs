using Dapper;

namespace YaoAn.Catalog;

/// <summary>A file made from an original: what it is, from what, by what.</summary>
public sealed record DerivedRow
{
    /// <summary>Clip it was made from.</summary>
    public required ClipId ClipId { get; init; }

    /// <summary>Name in the derived store, e.g. <c>poster.jpg</c>.</summary>
    public required string Name { get; init; }

    /// <summary>MIME type.</summary>
    public required string ContentType { get; init; }

    /// <summary>Length in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>Its own digest.</summary>
    public required Sha256Digest Sha256 { get; init; }

    /// <summary>Digest of the original.</summary>
    public required Sha256Digest ParentSha256 { get; init; }

    /// <summary>Program and version.</summary>
    public required string Tool { get; init; }

    /// <summary>Its arguments.</summary>
    public required string Arguments { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset MadeAt { get; init; }
}

/// <summary>SQL of derived files.</summary>
public sealed class DerivedTable(CatalogDatabase database)
{
    /// <summary>Writes what was made; a second making of the same name replaces the row.</summary>
    public async Task WriteAsync(DerivedRow derived, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            insert into derived (clip_id, name, content_type, size_bytes, sha256, parent_sha256, tool, arguments, made_at)
            values (@ClipId, @Name, @ContentType, @SizeBytes, @Sha256, @ParentSha256, @Tool, @Arguments, @MadeAt)
            on conflict (clip_id, name) do update set
              content_type = excluded.content_type, size_bytes = excluded.size_bytes, sha256 = excluded.sha256,
              parent_sha256 = excluded.parent_sha256, tool = excluded.tool, arguments = excluded.arguments, made_at = excluded.made_at
            """,
            derived,
            cancellationToken: ct));
    }

    /// <summary>The derived files of a clip, by name.</summary>
    public async Task<IReadOnlyList<DerivedRow>> OfClipAsync(ClipId clip, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<DerivedRow>(new CommandDefinition(
            """
            select clip_id, name, content_type, size_bytes, sha256, parent_sha256, tool, arguments, made_at
            from derived
            where clip_id = @clip
            order by name
            """,
            new { clip },
            cancellationToken: ct))).AsList();
    }
}
