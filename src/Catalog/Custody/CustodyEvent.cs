using System.Buffers;
using System.Text.Json;

namespace YaoAn.Catalog;

/// <summary>
/// One entry of the append-only custody log, before it is written. Its JSON is made once, here; those bytes are stored, shown and,
/// later, hashed into the log's tree, and never made again.
/// </summary>
public sealed record CustodyEvent
{
    /// <summary>Largest body in bytes: a tile entry has a 16-bit length (C2SP tlog-tiles).</summary>
    public const int MaxBodyBytes = 65_535;

    /// <summary>Its id.</summary>
    public required EventId Id { get; init; }

    /// <summary>When it happened, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What happened: <c>noun.verb</c>, one of <see cref="CustodyKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Who did it.</summary>
    public required CustodyActor Actor { get; init; }

    /// <summary>The clip it is about.</summary>
    public ClipId? Clip { get; init; }

    /// <summary>The case it is about; such events are the feed for other systems.</summary>
    public CaseId? Case { get; init; }

    /// <summary>
    /// Idempotency key: a second event with the same one is not written. A step that runs twice so leaves one event.
    /// </summary>
    public required string Once { get; init; }

    /// <summary>What a reader has to know: digests, sizes, names. Values are written as JSON strings, numbers, booleans or lists.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>> Facts { get; init; } = [];

    /// <summary>The final bytes: compact UTF-8 JSON, members in a fixed order.</summary>
    /// <exception cref="InvalidOperationException">Longer than <see cref="MaxBodyBytes"/>.</exception>
    public byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteNumber("schema", 1);
            json.WriteString("event", Id.Value);
            json.WriteString("at", At.UtcDateTime);
            json.WriteString("kind", Kind);
            json.WriteStartObject("actor");
            json.WriteString("kind", Actor.Kind);
            json.WriteString("name", Actor.Name);
            if (Actor.Account is { } account)
                json.WriteString("account", account.Value);
            json.WriteEndObject();
            if (Clip is { } clip)
                json.WriteString("clip", clip.Value);
            if (Case is { } caseId)
                json.WriteString("case", caseId.Value);
            json.WriteStartObject("facts");
            foreach (var (name, value) in Facts)
            {
                json.WritePropertyName(name);
                JsonSerializer.Serialize(json, value, value?.GetType() ?? typeof(object));
            }
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return buffer.WrittenCount <= MaxBodyBytes
            ? buffer.WrittenSpan.ToArray()
            : throw new InvalidOperationException($"A custody event has at most {MaxBodyBytes} bytes, this one {buffer.WrittenCount}.");
    }
}

/// <summary>Who did something: a station, a worker, or a person.</summary>
/// <param name="Kind"><c>station</c>, <c>worker</c> or <c>account</c>.</param>
/// <param name="Name">Name of the station, the worker or the account.</param>
/// <param name="Account">The account's id.</param>
public sealed record CustodyActor(string Kind, string Name, AccountId? Account = null)
{
    /// <summary>A docking station.</summary>
    public static CustodyActor Station(string name) => new("station", name);

    /// <summary>A worker process.</summary>
    public static CustodyActor Worker(string name) => new("worker", name);

    /// <summary>A person.</summary>
    public static CustodyActor Person(AccountId id, string name) => new("account", name, id);
}

/// <summary>The kinds of custody events, <c>noun.verb</c>. A page shows each in words of its language.</summary>
public static class CustodyKinds
{
    /// <summary>A recorder was put into a slot.</summary>
    public const string SessionAttached = "session.attached";

    /// <summary>A recorder was taken out.</summary>
    public const string SessionDetached = "session.detached";

    /// <summary>A recorder was taken out before all its files were safe here.</summary>
    public const string SessionDetachedEarly = "session.detached-early";

    /// <summary>First sighting of some bytes.</summary>
    public const string ClipRegistered = "clip.registered";

    /// <summary>The same bytes seen again.</summary>
    public const string ClipSighted = "clip.sighted";

    /// <summary>Stored, read back whole, and equal.</summary>
    public const string ClipStored = "clip.stored";

    /// <summary>Container, codecs, times and place were read.</summary>
    public const string ClipProbed = "clip.probed";

    /// <summary>Derived files were made, or it was found that none can be.</summary>
    public const string ClipPreviewed = "clip.previewed";

    /// <summary>It was looked for what it may show; what was found are links.</summary>
    public const string ClipLinked = "clip.linked";

    /// <summary>Re-read and equal.</summary>
    public const string ClipVerified = "clip.verified";

    /// <summary>Re-read and different, or gone.</summary>
    public const string ClipDamaged = "clip.damaged";

    /// <summary>The catalog had lost it, or part of it, and has it again from the store.</summary>
    public const string ClipRebuilt = "clip.rebuilt";

    /// <summary>It was found whose footage it is, or that nobody can say.</summary>
    public const string ClipAttributed = "clip.attributed";

    /// <summary>A recorder's clock was compared with the true time.</summary>
    public const string ClockRead = "clock.read";

    /// <summary>Somebody opened a clip to watch it.</summary>
    public const string ViewingOpened = "viewing.opened";

    /// <summary>Somebody fetched the original.</summary>
    public const string OriginalDownloaded = "original.downloaded";

    /// <summary>Somebody was shown still pictures of clips in a list.</summary>
    public const string PostersShown = "posters.shown";

    /// <summary>An account was made.</summary>
    public const string AccountCreated = "account.created";

    /// <summary>An account can't sign in any more.</summary>
    public const string AccountDisabled = "account.disabled";

    /// <summary>A disabled account can sign in again.</summary>
    public const string AccountEnabled = "account.enabled";

    /// <summary>The lock of too many wrong passwords was lifted by a person.</summary>
    public const string AccountUnlocked = "account.unlocked";

    /// <summary>All sign-ins of an account were ended by a person.</summary>
    public const string AccountSignedOut = "account.signed-out";

    /// <summary>Roles or scope of an account changed.</summary>
    public const string AccountRoles = "account.roles-changed";

    /// <summary>A person changed the own password.</summary>
    public const string AccountPassword = "account.password-changed";

    /// <summary>A person set the own second factor, or another one.</summary>
    public const string AccountSecondSet = "account.second-set";

    /// <summary>The second factor of an account was taken away.</summary>
    public const string AccountSecondReset = "account.second-reset";

    /// <summary>A link was made that asks for a role.</summary>
    public const string AccountLinkMade = "account.link-made";

    /// <summary>A link was withdrawn before it was used.</summary>
    public const string AccountLinkWithdrawn = "account.link-withdrawn";

    /// <summary>The role that a link asks for was granted.</summary>
    public const string AccountLinkGranted = "account.link-granted";

    /// <summary>The role that a link asks for was refused.</summary>
    public const string AccountLinkRefused = "account.link-refused";

    /// <summary>A person made a token for a program.</summary>
    public const string TokenMade = "token.made";

    /// <summary>A token was revoked.</summary>
    public const string TokenRevoked = "token.revoked";

    /// <summary>A unit was entered.</summary>
    public const string UnitCreated = "unit.created";

    /// <summary>A unit was renamed, moved, closed or otherwise changed.</summary>
    public const string UnitChanged = "unit.changed";

    /// <summary>An officer was entered.</summary>
    public const string OfficerCreated = "officer.created";

    /// <summary>An officer's facts changed: unit, certificate, leaving.</summary>
    public const string OfficerChanged = "officer.changed";

    /// <summary>A recorder was entered.</summary>
    public const string RecorderCreated = "recorder.created";

    /// <summary>A recorder's facts changed: unit, state, model.</summary>
    public const string RecorderChanged = "recorder.changed";

    /// <summary>A recorder was lost, stolen, damaged, or found again.</summary>
    public const string RecorderIncident = "recorder.incident";

    /// <summary>A binding file was made for a recorder.</summary>
    public const string RecorderBound = "recorder.bound";

    /// <summary>A station was asked to write a binding file to a recorder when it next docks.</summary>
    public const string RecorderBindingAsked = "recorder.binding-asked";

    /// <summary>A station wrote it, or why not; or the wish was taken back.</summary>
    public const string RecorderBindingSettled = "recorder.binding-settled";

    /// <summary>A file on a recorder is about to be deleted there: its bytes are proven to be stored.</summary>
    public const string ReleaseIntended = "release.intended";

    /// <summary>It was compared once more and deleted there.</summary>
    public const string ReleaseDone = "release.done";

    /// <summary>It was found gone; the station had broken down before it could note that.</summary>
    public const string ReleaseRecovered = "release.recovered";

    /// <summary>It is no longer what is stored, and was left there.</summary>
    public const string ReleaseKept = "release.kept";

    /// <summary>It could not be deleted in this docking; the next one tries again.</summary>
    public const string ReleaseFailed = "release.failed";

    /// <summary>A model of recorders was entered or changed.</summary>
    public const string RecorderModelSaved = "recorder-model.saved";

    /// <summary>A recorder was issued to an officer.</summary>
    public const string AllocationIssued = "allocation.issued";

    /// <summary>A recorder came back from an officer.</summary>
    public const string AllocationReturned = "allocation.returned";

    /// <summary>A recorder went from one officer to another at one instant.</summary>
    public const string AllocationHandedOver = "allocation.handed-over";

    /// <summary>A sheet of many rows was applied as a whole.</summary>
    public const string SheetApplied = "sheet.applied";

    /// <summary>A draft of the next checklist was begun.</summary>
    public const string ChecklistDrafted = "checklist.drafted";

    /// <summary>An item of the draft was entered or changed.</summary>
    public const string ChecklistItemSaved = "checklist.item-saved";

    /// <summary>An item was taken out of the draft.</summary>
    public const string ChecklistItemRemoved = "checklist.item-removed";

    /// <summary>The draft holds from now on.</summary>
    public const string ChecklistPublished = "checklist.published";

    /// <summary>The draft was given up.</summary>
    public const string ChecklistDiscarded = "checklist.discarded";

    /// <summary>A case was entered.</summary>
    public const string CaseCreated = "case.created";

    /// <summary>A case, its steps or its activities changed.</summary>
    public const string CaseChanged = "case.changed";

    /// <summary>A case went from one state to another.</summary>
    public const string CaseStateChanged = "case.state-changed";

    /// <summary>What a unit wants of its cases and links changed.</summary>
    public const string UnitPolicySaved = "unit-policy.saved";

    /// <summary>Links were suggested, or suggestions taken back, by rule.</summary>
    public const string LinksSuggested = "links.suggested";

    /// <summary>A clip was confirmed to show an item of an activity.</summary>
    public const string LinkConfirmed = "link.confirmed";

    /// <summary>The same, by the unit's policy and without a person.</summary>
    public const string LinkConfirmedByPolicy = "link.confirmed-by-policy";

    /// <summary>A clip was found not to show an item of an activity.</summary>
    public const string LinkRejected = "link.rejected";

    /// <summary>The last decision about a link was taken back.</summary>
    public const string LinkUndone = "link.undone";

    /// <summary>Another part of a clip was linked.</summary>
    public const string LinkPartChanged = "link.part-changed";

    /// <summary>A clip was marked as having nothing to do with enforcement.</summary>
    public const string ClipNotEnforcement = "clip.not-enforcement";

    /// <summary>That mark was taken back.</summary>
    public const string ClipEnforcementAgain = "clip.enforcement-again";

    /// <summary>A waiver was asked for.</summary>
    public const string WaiverAsked = "waiver.asked";

    /// <summary>A waiver was approved, refused or withdrawn.</summary>
    public const string WaiverDecided = "waiver.decided";

    /// <summary>A marker was set or changed.</summary>
    public const string MarkerSaved = "marker.saved";

    /// <summary>A marker was taken off.</summary>
    public const string MarkerRemoved = "marker.removed";

    /// <summary>A clip is kept longer, or for another reason, than before.</summary>
    public const string RetentionClaimed = "retention.claimed";

    /// <summary>A reason to keep a clip longer is gone.</summary>
    public const string RetentionReleased = "retention.released";

    /// <summary>Somebody took a list along as a file.</summary>
    public const string ListExported = "list.exported";
}
