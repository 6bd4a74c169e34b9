using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>Uploads as their sender may know them.</summary>
internal sealed class UploadViews(Uploads uploads, JournalTable journal)
{
    public UploadView Of(Upload upload)
    {
        var record = upload.Record;
        // Read once: what is derived from it must fit together.
        var state = upload.State;
        if (upload is { Intake: { State: not IntakeState.Spooled } live, Clip: null })
            upload.Clip = journal.Find(live.Id)?.Clip;
        return new UploadView
        {
            Id = record.Id,
            Name = DisplayName.Of(record.RawName),
            SizeBytes = record.SizeBytes,
            Modified = record.Modified,
            OffsetBytes = state == UploadState.Uploading ? upload.OffsetBytes : record.SizeBytes,
            CheckedBytes = state switch { UploadState.Uploading => 0, UploadState.Received => upload.CheckedBytes, _ => record.SizeBytes },
            State = state,
            IsActive = upload.IsActive,
            Reason = upload.Reason,
            Sha256 = record.Sha256,
            Clip = upload.Clip,
            IsDuplicate = upload.Intake?.Duplicate is true,
            ExpiresAt = uploads.ExpiresAt(upload),
        };
    }
}
