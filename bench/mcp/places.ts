import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket } from "ws";
import { systemClock } from "../../host-server/clock.ts";
import { loadConfig } from "../../host-server/config/load.ts";
import { createLog } from "../../host-server/log.ts";
import { McpEndpointService } from "../../host-server/mcp-endpoint/service.ts";
import { sealReferenceToken } from "../../host-server/mcp-endpoint/tokens/reference-token.ts";
import { providers } from "../../host-server/providers/registry.ts";
import { McpEndpointSource } from "../../host-server/tools/mcp-endpoint/source.ts";
import { RealClock } from "../../simulator/clock.ts";
import { VirtualDevice } from "../../simulator/device.ts";
import { loadFirmware } from "../../simulator/firmware.ts";
import { HostNetwork } from "../../simulator/host-network.ts";
import { LoadServer } from "../load.ts";
import { KEY } from "./run.ts";
import { answerOf } from "./tool.ts";

const CALLS = 500;

/** ms of each call of a tool that the assistant makes, by where the tool is. */
export interface PlaceTimes {
  readonly device: readonly number[];
  readonly endpoint: readonly number[];
}

/** A tool on a device in conversation, and one behind the server's own endpoint, both over loopback sockets. */
export async function comparePlaces(): Promise<PlaceTimes> {
  return { device: await onDevice(), endpoint: await behindEndpoint() };
}

async function onDevice(): Promise<readonly number[]> {
  const server = new LoadServer();
  const otaUrl = await server.start();
  const firmware = loadFirmware({ board: join(import.meta.dirname, "../board"), config: { otaUrl } });
  const device = new VirtualDevice({ clock: new RealClock(), network: new HostNetwork(), firmware, seed: 1 });
  device.start();
  await device.reached("idle");
  device.click();
  await device.reached("speaking");
  const calls = await server.toolCalls(CALLS);
  device.close();
  await server.stop();
  return calls;
}

async function behindEndpoint(): Promise<readonly number[]> {
  const dataDirectory = mkdtempSync(join(tmpdir(), "xiaozhi-bench-"));
  const env = {
    XIAOZHI_SERVER_IP: "127.0.0.1",
    XIAOZHI_MCP_ENDPOINT_SERVER_PORT: "0",
    XIAOZHI_MCP_ENDPOINT_SERVER_KEY: KEY,
  };
  const { config } = loadConfig({ path: "", env, providers });
  const [clock, log] = [systemClock, createLog({ level: "silent" })];
  const endpoint = new McpEndpointService({ config, clock, log, dataDirectory });
  await endpoint.start();
  const tool = await connectTool(endpoint.port);
  const source = new McpEndpointSource({ clock, log });
  const offered = new Promise<void>((resolve) => {
    source.onChange(() => source.list().length > 0 && resolve());
  });
  source.configure([endpoint.ownEnd]);
  await offered;
  const { signal } = new AbortController();
  const times: number[] = [];
  while (times.length < CALLS) {
    const from = performance.now();
    await source.call("add", { a: 1, b: 3 }, signal);
    times.push(performance.now() - from);
  }
  source.close();
  tool.terminate();
  await endpoint.stop();
  rmSync(dataDirectory, { recursive: true });
  return times;
}

async function connectTool(port: number): Promise<WebSocket> {
  const token = encodeURIComponent(sealReferenceToken(KEY, "single_module"));
  const tool = new WebSocket(`ws://127.0.0.1:${port}/mcp_endpoint/mcp/?token=${token}`);
  tool.on("message", (data) => {
    const answer = answerOf(String(data));
    if (answer !== undefined) tool.send(answer);
  });
  await once(tool, "open");
  return tool;
}
