namespace YaoAn.Api;

/// <summary>A browser's name as people know it, from what it says of itself; what isn't known is shown as it came.</summary>
internal static class MeAgent
{
    /// <summary>The more particular one first: all of them also say Chrome and Safari.</summary>
    private static readonly (string Mark, string Name)[] s_browsers =
        [("Edg/", "Edge"), ("QIHU", "360"), ("360SE", "360"), ("Qaxbrowser", "奇安信"), ("UOS", "UOS"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];

    private static readonly (string Mark, string Name)[] s_systems =
        [("Android", "Android"), ("iPhone", "iPhone"), ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux")];

    public static string Name(string? agent)
    {
        if (string.IsNullOrEmpty(agent))
            return "–";
        var browser = s_browsers.FirstOrDefault(one => agent.Contains(one.Mark, StringComparison.OrdinalIgnoreCase)).Name;
        var system = s_systems.FirstOrDefault(one => agent.Contains(one.Mark, StringComparison.OrdinalIgnoreCase)).Name;
        return browser is null ? agent : system is null ? browser : $"{browser} · {system}";
    }
}
