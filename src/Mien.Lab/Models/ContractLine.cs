namespace Mien.Lab;

/// <summary>One promise of a contract as it is shown.</summary>
/// <param name="Subject">What, such as <c>scaling</c>.</param>
/// <param name="Value">The value, in words.</param>
/// <param name="Origin">Where it comes from: the file, an option, or a default and how to change it.</param>
internal sealed record ContractLine(string Subject, string Value, string Origin);
