import assert from "node:assert/strict";
import { test } from "node:test";
import { loadConfig } from "../../../host-server/config/load.ts";
import { createLog } from "../../../host-server/log.ts";
import { BusNetwork } from "../../../host-server/nodes/memory-bus.ts";
import { openBus } from "../../../host-server/server/open-bus.ts";
import { usesMqtt } from "../../../host-server/settings.ts";
import { OTA_PATH } from "../../../protocol/ota.ts";
import { VirtualClock } from "../../../simulator/clock.ts";
import { createConsoleWorld } from "../fakes/console.ts";
import { fetchFrom } from "../fakes/http.ts";
import { ANY_PORTS, nodeEnv } from "../fakes/node-env.ts";
import { createWorld, fakeProviders } from "../fakes/world.ts";

async function opened(roles: string): Promise<string[]> {
  const { server, clock } = createWorld({}, { ...ANY_PORTS, XIAOZHI_ROLES: roles });
  await server.start();
  const open = Object.entries(server.ports).flatMap(([name, port]) => (port === 0 ? [] : [name]));
  const version = await fetchFrom(server, "http", OTA_PATH, { method: "GET" });
  const health = await fetchFrom(server, "http", "/healthz", { method: "GET" });
  assert.equal(health.status, 200, "every role can be watched");
  await clock.run(server.stop());
  return [...open, ...(version.status === 200 ? ["version check"] : [])].sort();
}

test("a process opens what its roles need", async () => {
  assert.deepEqual(await opened("ws"), ["http", "websocket"]);
  assert.deepEqual(await opened("http, worker"), ["http", "version check"]);
  assert.deepEqual(await opened("mcp"), ["http", "mcpEndpoint"]);
});

test("MQTT is for those with the role of a gateway", () => {
  const uses = (roles: string) => {
    const env = { XIAOZHI_SERVER_MQTT_GATEWAY: "auto", XIAOZHI_ROLES: roles };
    return usesMqtt(loadConfig({ path: "none.yaml", env, providers: fakeProviders }).config);
  };
  assert.deepEqual([uses("gateway"), uses("ws,http"), uses("ws gateway")], [true, false, true]);
});

test("several servers are one only with what all of them share, and an unknown role is refused", async () => {
  const read = (env: Record<string, string>) => loadConfig({ path: "none.yaml", env, providers: fakeProviders }).config;
  const parts = { clock: new VirtualClock(), log: createLog({ level: "silent" }) };
  const alone = read({ XIAOZHI_NATS_URL: "nats://a:4222,nats://b:4222" });
  await assert.rejects(openBus(alone, parts), (error: Error) => {
    assert.match(error.message, /database\.url/);
    assert.match(error.message, /server\.auth_key/);
    return true;
  });
  assert.equal(await openBus(read({}), parts), undefined);
  assert.throws(() => read({ XIAOZHI_ROLES: "ws,dancer" }), /roles/);
  assert.throws(() => read({ XIAOZHI_NATS_URL: "http://a" }), /nats\.url/);
});

test("a console without an MCP endpoint of its own gives the address of another node's, whose key is the same", async (t) => {
  const clock = new VirtualClock();
  const network = new BusNetwork(clock);
  const envOf = (roles: string) => ({ ...nodeEnv(roles.replace(",", "-")), XIAOZHI_ROLES: roles });
  const console = await createConsoleWorld({
    env: envOf("http,ws"),
    more: { clock, bus: network.join(), agentProviders: fakeProviders },
  });
  await console.server.start();
  const ada = await console.claim();
  const { body: agent, text } = await ada.ask("POST", "/api/agents", { name: "Cook", settings: { prompt: "Cook." } });
  assert.ok(agent.id, text);
  const shown = async () => (await ada.ask("GET", `/api/agents/${agent.id}/mcp`)).body.url as string;
  assert.equal(await shown(), "", "there is none");
  const { storage } = console;
  const tools = createWorld({}, envOf("mcp"), console.folder, { clock, storage, bus: network.join() });
  await tools.server.start();
  t.after(async () => {
    await clock.run(Promise.all([console.server.stop(), tools.server.stop()]));
    await console.close();
  });
  await clock.advance(100);
  const { mcpEndpoint } = tools.server.ports;
  assert.match(await shown(), new RegExp(`^ws://127\\.0\\.0\\.1:${mcpEndpoint}/mcp_endpoint/mcp/\\?token=.+`));
});
