using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mien.Server;

/// <summary>Creates the web service: an HTTP API, camera streams and a page, all using one recognizer.</summary>
internal static class MienServer
{
    /// <summary>
    /// Creates the service; <c>StartAsync</c> starts it. It reads no settings from files or the environment, and
    /// handles no signals: the caller calls <c>StopAsync</c>.
    /// </summary>
    /// <param name="options">The options of the service.</param>
    /// <param name="configure">
    /// Configures the builder, such as its logging, before the service is built; <see langword="null"/> uses the
    /// defaults.
    /// </param>
    /// <returns>The service, owned by the caller. The model is loaded but has not run yet.</returns>
    /// <exception cref="MienException">
    /// <c>badSetting</c>: two options contradict each other; or the model cannot be loaded, as for
    /// <see cref="FaceExpressionRecognizer.Create"/>.
    /// </exception>
    public static WebApplication Create(ServerOptions options, Action<WebApplicationBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ServerOptionsReader.Check(options);
        FaceExpressionRecognizer recognizer = FaceExpressionRecognizer.Create(options.Recognizer);
        try
        {
            // The empty builder reads no settings files or variables of ASP.NET Core, and adds no static files or TLS.
            WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(
                new WebApplicationOptions { ApplicationName = "mien" }
            );
            builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, options));
            AddServices(builder, options, recognizer);
            configure?.Invoke(builder);
            WebApplication app = builder.Build();
            Use(app, options);
            return app;
        }
        catch
        {
            recognizer.Dispose();
            throw;
        }
    }

    private static void Configure(KestrelServerOptions kestrel, ServerOptions options)
    {
        kestrel.AddServerHeader = false;
        KestrelServerLimits limits = kestrel.Limits;
        limits.MaxRequestBodySize = options.MaxBodyBytes;
        limits.MaxConcurrentConnections = options.MaxConnections;
        limits.MaxConcurrentUpgradedConnections = options.MaxConnections;
        limits.RequestHeadersTimeout = options.HeadersTimeout;
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        limits.MinRequestBodyDataRate =
            options.MinDataRate > 0 ? new MinDataRate(options.MinDataRate, TimeSpan.FromSeconds(5)) : null;
        limits.MinResponseDataRate = new MinDataRate(240, TimeSpan.FromSeconds(5));
        if (options.Address.Equals(IPAddress.IPv6Any))
        {
            kestrel.ListenAnyIP(options.Port); // IPv6 and IPv4; works on machines without IPv6 too
        }
        else
        {
            kestrel.Listen(options.Address, options.Port);
        }
    }

    private static void AddServices(
        WebApplicationBuilder builder,
        ServerOptions options,
        FaceExpressionRecognizer recognizer
    )
    {
        IServiceCollection services = builder.Services;
        services.AddSingleton(options);
        services.AddSingleton(_ => recognizer); // a factory, so that the container disposes of it
        services.AddSingleton(new UploadBudget(options.MaxBufferedBytes));
        services.AddSingleton<ServerMetrics>();
        services.AddSingleton<RecognitionQueue>();
        services.AddSingleton<Readiness>();
        services.AddSingleton<UploadReader>();
        services.AddSingleton<FacesEndpoint>();
        services.AddSingleton<StreamEndpoint>();
        services.AddSingleton<ModelsEndpoint>();
        services.AddSingleton<InfoEndpoint>();
        services.AddSingleton<HealthEndpoints>();
        services.AddMetrics();
        ServerTelemetry.Add(services, options);
        services.AddRoutingCore();
        services.AddExceptionHandler<ProblemHandler>();
        services.AddProblemDetails(problems =>
            problems.CustomizeProblemDetails = p => p.ProblemDetails.Extensions.Remove("traceId")
        );
        services.AddRateLimiter(limiter => ClientRates.Configure(limiter, options));
        services.AddSingleton<IHostLifetime, NoSignals>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout);
        if (options.AllowedOrigins.Count > 0)
        {
            services.AddCors(cors =>
                cors.AddDefaultPolicy(policy =>
                    policy
                        .WithOrigins([.. options.AllowedOrigins])
                        .WithMethods("GET", "POST")
                        .AllowAnyHeader()
                        .WithExposedHeaders("Retry-After")
                        .SetPreflightMaxAge(TimeSpan.FromHours(1))
                )
            );
        }
    }

    private static void Use(WebApplication app, ServerOptions options)
    {
        // It needs the proxy's address, which UseForwardedHeaders replaces by the client's.
        app.UseMiddleware<PathPrefix>();
        if (options.TrustedProxies.Count > 0)
        {
            var forwarded = new ForwardedHeadersOptions
            {
                ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            };
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (IPAddress proxy in options.TrustedProxies)
            {
                forwarded.KnownProxies.Add(proxy);
            }

            app.UseForwardedHeaders(forwarded);
        }

        app.UseMiddleware<RequestLog>();
        app.UseExceptionHandler();
        app.UseStatusCodePages(ProblemHandler.ExplainStatusAsync);
        app.UseMiddleware<HostCheck>();
        app.UseRouting();
        app.UsePageFiles(options.PageFolder);
        if (options.AllowedOrigins.Count > 0)
        {
            app.UseCors();
        }

        app.UseMiddleware<OriginCheck>();
        app.UseMiddleware<ApiKeyCheck>();
        app.UseRateLimiter();
        app.UseWebSockets(
            new WebSocketOptions
            {
                KeepAliveInterval = TimeSpan.FromSeconds(15),
                KeepAliveTimeout = TimeSpan.FromSeconds(20),
            }
        );
        Map(app);
        if (options.Metrics)
        {
            ((IEndpointRouteBuilder)app).MapPrometheusScrapingEndpoint("/metrics");
        }

        // Create the workers and run the model once before the first request.
        app.Services.GetRequiredService<RecognitionQueue>();
        app.Lifetime.ApplicationStarted.Register(app.Services.GetRequiredService<ServerMetrics>().Begin);
        app.Lifetime.ApplicationStarted.Register(app.Services.GetRequiredService<Readiness>().Begin);
    }

    private static void Map(WebApplication app)
    {
        IServiceProvider services = app.Services;
        Add(["POST"], "/v1/faces", services.GetRequiredService<FacesEndpoint>().HandleAsync);
        Add(["GET"], "/v1/stream", services.GetRequiredService<StreamEndpoint>().HandleAsync);
        Add(["GET"], "/v1/models", services.GetRequiredService<ModelsEndpoint>().HandleAsync);
        Add(["GET"], "/v1/info", services.GetRequiredService<InfoEndpoint>().HandleAsync);
        Add(["GET", "HEAD"], "/health/live", HealthEndpoints.LiveAsync); // some load balancers use HEAD
        Add(["GET", "HEAD"], "/health/ready", services.GetRequiredService<HealthEndpoints>().ReadyAsync);

        void Add(string[] methods, string path, RequestDelegate handler) =>
            ((IEndpointRouteBuilder)app).MapMethods(path, methods, handler);
    }
}
