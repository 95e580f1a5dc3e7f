namespace Mien.Cli;

/// <summary>What the results in a file of lines have in common.</summary>
/// <param name="Model">The name in the model's contract.</param>
/// <param name="Labels">The labels in the order of the contract.</param>
/// <param name="HasHeads">Whether the model has several heads.</param>
/// <param name="Head">The head; <c>null</c> for a model with one head.</param>
internal sealed record ResultOrigin(string Model, IReadOnlyList<string> Labels, bool HasHeads, string? Head)
{
    public static ResultOrigin Of(ModelContract model, string? head) =>
        new(model.Name, model.Labels, model.Heads is not null, head);
}
