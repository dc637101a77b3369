import type { FuzzTarget } from "./target.ts";

/** Everything that reads what others send, by name. */
export const TARGETS: { readonly [name: string]: () => Promise<FuzzTarget> } = {
  protocol: async () => (await import("./targets/protocol.ts")).protocolOnBothEngines(),
  session: async () => (await import("./targets/session.ts")).session(),
  device: async () => (await import("./targets/device.ts")).device(),
  mqtt: async () => (await import("./targets/mqtt.ts")).mqtt(),
  http: async () => (await import("./targets/http.ts")).http(),
  console: async () => (await import("./targets/console.ts")).consoleRoutes(),
  sound: async () => (await import("./targets/sound.ts")).sound(),
  opus: async () => (await import("./targets/opus.ts")).opus(),
  firmware: async () => (await import("./targets/firmware.ts")).firmware(),
  "mcp-endpoint": async () => (await import("./targets/mcp-endpoint.ts")).mcpEndpoint(),
  wyoming: async () => (await import("./targets/wyoming.ts")).wyoming(),
  config: async () => (await import("./targets/config.ts")).config(),
  backup: async () => (await import("./targets/backup.ts")).backup(),
};
