using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace YaoAn.Api;

/// <summary>
/// &lt;module src="js/clip/clip.js" /&gt;: a script of a page with everything that it imports, all asked for at once. Without the preloads a
/// browser finds each import only after it has read the file before, and the page waits for one round trip after another.
/// Stands in the head: a module runs after the page is parsed in any case.
/// </summary>
[HtmlTargetElement("module", Attributes = "src", TagStructure = TagStructure.WithoutEndTag)]
public sealed class ModuleTagHelper(IWebHostEnvironment environment, IFileVersionProvider versions) : TagHelper
{
    private static readonly ConcurrentDictionary<string, IReadOnlyList<string>> s_imports = new();

    /// <summary>Path below wwwroot, without a leading slash.</summary>
    public string Src { get; set; } = "";

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var entry = $"/{Src}";
        output.TagName = "script";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("type", "module");
        output.Attributes.SetAttribute("src", versions.AddFileVersionToPath("", entry));
        foreach (var import in s_imports.GetOrAdd(entry, All))
            output.PreElement.AppendHtml($"<link rel=\"modulepreload\" href=\"{import}\">");
    }

    /// <summary>What a module imports, and what that imports, each once. Imports are one statement a line, with a relative address.</summary>
    private IReadOnlyList<string> All(string entry)
    {
        var found = new List<string>();
        var open = new Stack<string>([entry]);
        while (open.TryPop(out var module))
        {
            using var reader = new StreamReader(environment.WebRootFileProvider.GetFileInfo(module).CreateReadStream());
            foreach (Match import in Modules.Import().Matches(reader.ReadToEnd()))
            {
                var address = new Uri(new Uri($"https://page{module}"), import.Groups[1].Value).AbsolutePath;
                if (found.Contains(address))
                    continue;
                found.Add(address);
                open.Push(address);
            }
        }
        return found;
    }
}

internal static partial class Modules
{
    [GeneratedRegex("""^import [^'"]*['"](\.[^'"]+)['"];""", RegexOptions.Multiline)]
    internal static partial Regex Import();
}
