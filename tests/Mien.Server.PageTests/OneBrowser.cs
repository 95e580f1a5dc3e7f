namespace Mien.Server.PageTests;

/// <summary>The tests of the page run one after another: they share a browser and two cores.</summary>
[CollectionDefinition(Name)]
public sealed class OneBrowser : ICollectionFixture<PageFixture>
{
    public const string Name = "page";
}
