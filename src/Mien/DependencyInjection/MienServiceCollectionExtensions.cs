using Microsoft.Extensions.DependencyInjection.Extensions;
using Mien;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers Mien in a dependency injection container.</summary>
public static class MienServiceCollectionExtensions
{
    /// <summary>
    /// Registers a <see cref="FaceExpressionRecognizer"/> as a singleton, unless one is registered already. It is
    /// created on first use, serves all threads and is disposed by the container. As thread-safe as
    /// <paramref name="services"/>.
    /// </summary>
    /// <param name="services">The service collection.</param>
    /// <param name="options">Model, detection and limits; <see langword="null"/> uses the defaults.</param>
    /// <returns><paramref name="services"/>, for chaining.</returns>
    public static IServiceCollection AddMien(this IServiceCollection services, RecognizerOptions? options = null) =>
        AddMien(services, _ => options ?? new RecognizerOptions());

    /// <summary>
    /// Registers a <see cref="FaceExpressionRecognizer"/> as a singleton, with options that depend on other services,
    /// such as the configuration; see <see cref="AddMien(IServiceCollection, RecognizerOptions)"/>.
    /// </summary>
    /// <param name="services">The service collection.</param>
    /// <param name="options">Creates the options; called once, when the recognizer is first used.</param>
    /// <returns><paramref name="services"/>, for chaining.</returns>
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
