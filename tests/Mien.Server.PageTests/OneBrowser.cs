namespace Mien.Server.PageTests;

/// <summary>Lets the tests of the page run one after another, since they share a browser.</summary>
[CollectionDefinition(Name)]
public sealed class OneBrowser : ICollectionFixture<PageFixture>
{
    public const string Name = "page";
}
