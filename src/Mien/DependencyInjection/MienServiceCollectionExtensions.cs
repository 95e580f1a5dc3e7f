using Microsoft.Extensions.DependencyInjection.Extensions;
using Mien;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers Mien with a container.</summary>
public static class MienServiceCollectionExtensions
{
    /// <summary>
    /// Registers one <see cref="FaceExpressionRecognizer"/> for the whole program: it is created at its first use,
    /// serves all threads, and the container disposes of it. Where one is registered already, nothing changes.
    /// Thread-safety is that of <paramref name="services"/>.
    /// </summary>
    /// <param name="services">The program's services.</param>
    /// <param name="options">Model, detection, limits; <see langword="null"/>: the defaults.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddMien(this IServiceCollection services, RecognizerOptions? options = null) =>
        AddMien(services, _ => options ?? new RecognizerOptions());

    /// <summary>
    /// Registers one <see cref="FaceExpressionRecognizer"/> whose options come from other services, such as the
    /// program's configuration; see <see cref="AddMien(IServiceCollection, RecognizerOptions)"/>.
    /// </summary>
    /// <param name="services">The program's services.</param>
    /// <param name="options">Makes the options, once, when the recognizer is first used.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddMien(
        this IServiceCollection services,
        Func<IServiceProvider, RecognizerOptions> options
    )
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(options);
        services.TryAddSingleton(provider => FaceExpressionRecognizer.Create(options(provider)));
        return services;
    }
}
