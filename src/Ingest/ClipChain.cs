using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>A clip that the catalog knows and whose bytes lie in a station's spool.</summary>
internal sealed record RegisteredClip(ClipId Id, Sha256Digest Sha256, long SizeBytes, ClipKind Kind, string DisplayName, DateTimeOffset ReceivedAt);

/// <summary>A clip that is stored, read back and locked.</summary>
internal sealed record StoredClip(ClipId Id, Sha256Digest Sha256, long SizeBytes, ClipKind Kind, string DisplayName);

/// <summary>A clip whose contents are known, or known to be unreadable.</summary>
internal sealed record ProbedClip(ClipId Id, Sha256Digest Sha256, MediaRow? Media);

/// <summary>A clip with its pictures and waveform, or the reason why there are none.</summary>
internal sealed record PreviewedClip(ClipId Id, string PreviewState);

/// <summary>A clip for which it was looked what it may show.</summary>
internal sealed record LinkedClip(ClipId Id);
