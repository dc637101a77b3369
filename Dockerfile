# syntax=docker/dockerfile:1
# The host server with its console, for linux/amd64 and linux/arm64: docker build -t xiaozhi-xs .
FROM node:24-bookworm-slim AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends gcc g++ libc6-dev \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY . .
# The native parts and the console's pages; then only what runs stays.
RUN node cli/run.mjs build && node cli/run.mjs build-console \
 && npm prune --omit=dev --no-audit --no-fund \
 && rm -rf node_modules/node-linux-* node_modules/onnxruntime-node/bin/*/darwin node_modules/onnxruntime-node/bin/*/win32 \
 && NODE_ENV=production node cli/run.mjs --help > /dev/null

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build --chown=node:node /app /app
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
# WebSocket, HTTP and console, MCP endpoint, MQTT, sound over UDP
EXPOSE 8000 8002 8004 1883 8884/udp
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.XIAOZHI_SERVER_HTTP_PORT ?? 8002}/readyz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "cli/run.mjs"]
CMD ["server", "--config", "/data/.config.yaml"]
