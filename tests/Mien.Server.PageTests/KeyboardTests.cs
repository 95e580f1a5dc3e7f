using System.Text.RegularExpressions;

namespace Mien.Server.PageTests;

/// <summary>Use of the page with the keyboard only.</summary>
[Collection(OneBrowser.Name)]
public sealed class KeyboardTests(PageFixture pages)
{
    private const string Focused =
        "() => { const e = document.activeElement; return e.id || e.getAttribute('aria-label') || "
        + "e.textContent.trim(); }";

    [Fact]
    public async Task The_sample_opens_and_its_faces_are_chosen_with_the_keyboard()
    {
        await using OpenedPage page = await pages.OpenAsync();
        IKeyboard keyboard = page.Page.Keyboard;
        await TabTo(page, "Skip to the content");
        await keyboard.PressAsync("Enter");
        await TabTo(page, "choose");
        await TabTo(page, "sample");
        await keyboard.PressAsync("Enter");
        await page.FacesAsync(7);
        await Assertions.Expect(page.Get("#photo-title")).ToBeFocusedAsync();

        // All boxes are one Tab stop; arrow keys move between faces and wrap around.
        await TabTo(page, "Face 1 of 7: anger");
        await page.CheckAsync("keyboard-focus");
        await keyboard.PressAsync("ArrowRight");
        await Assertions.Expect(page.Get("#view-photo .panel-number")).ToHaveTextAsync("Face 2 of 7");
        await Assertions.Expect(page.Get("#view-photo .face").Nth(1)).ToBeFocusedAsync();
        await keyboard.PressAsync("End");
        await Assertions.Expect(page.Get("#view-photo .panel-number")).ToHaveTextAsync("Face 7 of 7");
        await keyboard.PressAsync("ArrowDown");
        await Assertions.Expect(page.Get("#view-photo .panel-number")).ToHaveTextAsync("Face 1 of 7");

        // The list has radio buttons, between which browsers move with arrow keys.
        await TabTo(page, "Face 1: anger");
        await keyboard.PressAsync("ArrowDown");
        await Assertions.Expect(page.Get("#view-photo .panel-number")).ToHaveTextAsync("Face 2 of 7");
        await Assertions.Expect(page.Get("#view-photo .panel .badge")).ToBeVisibleAsync();

        // The buttons of the panel.
        await TabTo(page, "Next face");
        await keyboard.PressAsync("Space");
        await Assertions.Expect(page.Get("#view-photo .panel-number")).ToHaveTextAsync("Face 3 of 7");
        await Assertions
            .Expect(page.Get("#live"))
            .ToHaveTextAsync(new Regex(@"^Face 3 of 7: \w+, \d+ percent(, uncertain)?$"));
    }

    [Fact]
    public async Task No_element_traps_the_focus_and_each_shows_that_it_has_it()
    {
        await using OpenedPage page = await pages.OpenAsync();
        await page.ChooseAsync("Choose photos", Files.Faces.Take(2));
        await Assertions.Expect(page.Get("#view-gallery progress")).ToBeHiddenAsync();
        await page.Page.EvaluateAsync("() => document.activeElement.blur()");

        var stops = new List<string>();
        for (int i = 0; i < 60; i++)
        {
            await page.Page.Keyboard.PressAsync("Tab");
            string stop = await page.Page.EvaluateAsync<string>(Focused);
            if (stops.Count > 0 && stop == stops[0])
            {
                break; // back at the first element
            }

            bool isShown = await page.Page.EvaluateAsync<bool>(
                "() => { const e = document.activeElement; if (e === document.body) return true; const s = "
                    + "getComputedStyle(e), b = e.getBoundingClientRect(); return s.outlineStyle !== 'none' && "
                    + "parseFloat(s.outlineWidth) >= 2 && b.width > 0; }"
            );
            Assert.True(isShown, $"'{stop}' does not show that it has the focus.");
            stops.Add(stop);
        }

        Assert.InRange(stops.Count, 10, 59);
        Assert.Contains("Clear", stops);
        Assert.Contains("theme", stops);
    }

    private static async Task TabTo(OpenedPage page, string name)
    {
        var passed = new List<string>();
        for (int i = 0; i < 40; i++)
        {
            await page.Page.Keyboard.PressAsync("Tab");
            passed.Add(await page.Page.EvaluateAsync<string>(Focused));
            if (passed[^1].StartsWith(name, StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail($"Tab does not reach '{name}', only: {string.Join(" | ", passed)}");
    }
}
