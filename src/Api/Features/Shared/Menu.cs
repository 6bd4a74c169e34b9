using System.Security.Claims;

namespace YaoAn.Api;

/// <summary>An entry of the left menu. <paramref name="Word"/> is a key of <see cref="ShellWords"/>.</summary>
internal sealed record MenuEntry(string Group, string Word, string Href, string Icon, Right? Needs)
{
    public bool OpensFor(ClaimsPrincipal person) => Needs is not { } right || person.Has(right);
}

/// <summary>Shows only what a person may open: a page that would refuse isn't offered.</summary>
internal static class Menu
{
    private static readonly MenuEntry[] Entries =
    [
        new("GroupToday", "Today", "/today", "calendar-due", null),
        new("GroupToday", "Inbox", "/inbox", "link-plus", Right.LinkClips),
        new("GroupToday", "Cases", "/cases", "folder", Right.SeeCases),
        new("GroupToday", "Library", "/clips", "photo-video", Right.SeeClips),
        new("GroupToday", "Tasks", "/tasks", "list-check", Right.SeeClips),
        new("GroupToday", "Upload", "/upload", "upload", Right.Upload),
        new("GroupToday", "Board", "/dock", "device-computer-camera", null),
        new("GroupManage", "Overdue", "/overdue", "clock-exclamation", Right.SeeOverdue),
        new("GroupManage", "Recorders", "/recorders", "camera", Right.SeeRecorders),
        new("GroupManage", "Unattributed", "/unattributed", "user-check", Right.ManageRecorders),
        new("GroupManage", "Units", "/units", "building-community", Right.SeePeople),
        new("GroupManage", "Officers", "/officers", "users", Right.SeePeople),
        new("GroupManage", "Checklist", "/checklist", "list-details", Right.SeeChecklist),
        new("GroupManage", "Policies", "/policies", "settings", Right.SeePolicies),
        new("GroupManage", "Accounts", "/accounts", "key", Right.SeeAccounts),
        new("GroupCare", "Verify", "/verify", "shield-check", Right.Verify),
        new("GroupCare", "Health", "/health", "activity-heartbeat", Right.SeeHealth),
    ];

    public static ILookup<string, MenuEntry> For(ClaimsPrincipal person) =>
        Entries.Where(entry => entry.OpensFor(person)).ToLookup(entry => entry.Group);
}
