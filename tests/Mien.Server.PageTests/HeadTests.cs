using Microsoft.AspNetCore.Builder;

namespace Mien.Server.PageTests;

/// <summary>The choice of the label set on the page.</summary>
[Collection(OneBrowser.Name)]
public sealed class HeadTests(PageFixture pages)
{
    private const string View = "#view-photo";

    [Fact]
    public async Task The_label_set_of_a_photo_can_be_chosen_for_a_model_with_heads()
    {
        using var folder = new TempFolder();
        string model = folder.Write("m.onnx", HeadModels.Linear(HeadModels.Contract));
        byte[] gray = [10, 60, 200, 255, 0, 90];
        string face = folder.Write("face.png", new GrayImage(3, 2, gray).EncodePng());
        (WebApplication server, Uri address) = await PageFixture.StartAsync(new ServerOptions { Rate = 0 }, model);
        await using WebApplication stopped = server;
        await using OpenedPage page = await pages.OpenAsync(
            new BrowserNewContextOptions { ReducedMotion = ReducedMotion.Reduce },
            address
        );
        await Assertions
            .Expect(page.Get("#model-accuracy"))
            .ToHaveTextAsync(
                " This model classifies 75.0 (labels of fer2013) of 100 validation images correctly; "
                    + "on photos, fewer."
            );

        await page.ChooseAsync("Choose photos", face);
        await page.FacesAsync(1);
        ILocator choice = page.Get($"{View} #head");
        await Assertions.Expect(choice).ToHaveValueAsync("blend");
        await Bars("blend");

        await choice.FocusAsync();
        foreach (string head in (string[])["ferplus", "fer2013", "blend"])
        {
            await choice.SelectOptionAsync(head);
            await Bars(head);
            await Assertions.Expect(choice).ToHaveValueAsync(head);
        }

        await Assertions.Expect(choice).ToBeFocusedAsync();
        await page.CheckAsync("head");

        async Task Bars(string head)
        {
            double[] scores = TinyModels.Softmaxed(
                HeadModels.Logits(gray, head),
                HeadModels.Contract.SelectHead(head).Temperature
            );
            for (int i = 0; i < scores.Length; i++)
            {
                await Assertions
                    .Expect(page.Get($"{View} .panel .bar-row[data-label={Expressions.Names[i]}] .bar-value"))
                    .ToHaveTextAsync(OpenedPage.Percent(scores[i], 1));
            }
        }
    }

    [Fact]
    public async Task A_model_with_one_head_has_no_choice()
    {
        using var folder = new TempFolder();
        (WebApplication server, Uri address) = await PageFixture.StartAsync(
            new ServerOptions { Rate = 0 },
            folder.Write("m.onnx", TinyModels.Linear(TinyModels.Contract))
        );
        await using WebApplication stopped = server;
        await using OpenedPage page = await pages.OpenAsync(address: address);

        await page.ChooseAsync("Choose photos", folder.WriteGray("face.png", 16));
        await page.FacesAsync(1);

        await Assertions.Expect(page.Get($"{View} #head")).ToBeHiddenAsync();
    }
}
