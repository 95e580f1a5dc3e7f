namespace Mien.Training;

/// <summary>The heading of this key and the keys after it, in help and documentation.</summary>
/// <param name="heading">A few words.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SectionAttribute(string heading) : Attribute
{
    public string Heading { get; } = heading;
}
