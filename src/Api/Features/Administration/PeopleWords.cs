namespace YaoAn.Api;

/// <summary>Words of units, officers and their sheets, in Resources/PeopleWords.resx.</summary>
internal sealed class PeopleWords;
