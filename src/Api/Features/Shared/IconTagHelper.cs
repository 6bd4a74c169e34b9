using Microsoft.AspNetCore.Razor.TagHelpers;

namespace YaoAn.Api;

/// <summary>&lt;icon name="clock" class="i-20" /&gt;: a picture from the sprite of icons.txt. It never stands without a word or a label beside it.</summary>
[HtmlTargetElement("icon", Attributes = "name", TagStructure = TagStructure.WithoutEndTag)]
public sealed class IconTagHelper : TagHelper
{
    public string Name { get; set; } = "";

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var extra = output.Attributes["class"]?.Value;
        output.TagName = "svg";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", $"i {(Name.StartsWith("filled-", StringComparison.Ordinal) ? "f " : "")}{extra}".TrimEnd());
        output.Attributes.SetAttribute("aria-hidden", "true");
        output.Content.SetHtmlContent($"<use href=\"/lib/icons.svg#{Name}\"/>");
    }
}
