import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { live } from "../../../cli/fleet/fleet.ts";
import { parseOptions } from "../../../cli/fleet/options.ts";
import { isHeard } from "../../../cli/fleet/report/timeline.ts";
import { run as sizeThisMachine } from "../../../cli/sizing/sizing.ts";
import { systemClock } from "../../../host-server/clock.ts";
import { loadConfig } from "../../../host-server/config/load.ts";
import { createLog } from "../../../host-server/log.ts";
import { providers } from "../../../host-server/providers/registry.ts";
import { createServer } from "../../../host-server/server.ts";
import { OTA_PATH } from "../../../protocol/ota.ts";

const MQTT_PORT = 21_883;

for (const transport of ["websocket", "mqtt"] as const) {
  test(`light devices talk to a server over ${transport}, and are answered with sound`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "xiaozhi-light-"));
    t.after(() => rm(folder, { recursive: true }));
    const env = {
      XIAOZHI_SERVER_IP: "127.0.0.1",
      XIAOZHI_SERVER_PORT: "0",
      XIAOZHI_SERVER_HTTP_PORT: "0",
      XIAOZHI_MCP_ENDPOINT_SERVER_PORT: "0",
      ...(transport === "mqtt" && {
        XIAOZHI_SERVER_MQTT_GATEWAY: `127.0.0.1:${MQTT_PORT}`,
        XIAOZHI_SERVER_MQTT_SIGNATURE_KEY: "LightSignature",
        XIAOZHI_GATEWAY_PORT: String(MQTT_PORT),
        XIAOZHI_GATEWAY_UDP_PORT: "0",
        XIAOZHI_GATEWAY_API_PORT: "0",
      }),
    };
    const { config } = loadConfig({ path: "", env, providers });
    const log = createLog({ level: "silent" });
    const server = createServer({ config, clock: systemClock, log, dataDirectory: folder });
    await server.start();
    t.after(() => server.stop());
    const url = `http://127.0.0.1:${server.ports.http}${OTA_PATH}`;
    const line = `--count 3 --light --scenario talk --minutes 0.5 --threads 1 --transport ${transport} --server ${url}`;
    const timeline = await live(parseOptions(line.split(" ")) ?? assert.fail());
    assert.equal(timeline.results[0]?.neverReady, 0);
    const heard = timeline.turns.filter(isHeard);
    assert.ok(heard.length >= 3, `${heard.length} of ${timeline.turns.length} turns were answered`);
    for (const { firstSoundMs } of heard) assert.ok(firstSoundMs !== undefined && firstSoundMs >= 0);
  });
}

test("a machine is sized: every figure is there, and the folder is left as it was", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "xiaozhi-sizing-"));
  t.after(() => rm(folder, { recursive: true }));
  const printed = t.mock.method(console, "log", () => {});
  assert.equal(await sizeThisMachine(["--json", "--data", folder]), 0);
  const { codec, disk, speech, conversations, capacity } = JSON.parse(printed.mock.calls[0]?.arguments[0] ?? "");
  const { kind: _kind, ...costs } = codec;
  for (const [name, value] of Object.entries({ ...costs, ...disk, ...speech, ...conversations, ...capacity })) {
    assert.ok(typeof value === "number" && value > 0, `${name}: ${value}`);
  }
});
