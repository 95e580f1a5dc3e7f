namespace Mien.Lab;

/// <summary>One row of the table that shows a contract.</summary>
/// <param name="Subject">The property, such as <c>scaling</c>.</param>
/// <param name="Value">Its value as text.</param>
/// <param name="Origin">
/// Where the value comes from: the file, an option, or a default and the option that changes it.
/// </param>
internal sealed record ContractLine(string Subject, string Value, string Origin);
