import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { Duplex } from "node:stream";
import { test } from "node:test";
import { createDemoWorld } from "../../cli/demo/world.ts";
import { fetchFrom } from "../host-server/fakes/http.ts";

for (const way of ["mqtt", "gateway"] as const) {
  test(`by ${way}, a device at rest is told to say something: it is heard, and the device rests again`, async () => {
    const { clock, server, gateway, device, stop } = await createDemoWorld({ way });
    device.start();
    await clock.run(device.reached("idle"));
    await clock.advance(500);
    const day = new Date(clock.now()).toISOString().slice(0, 10);
    const key = createHash("sha256").update(`${day}DemoSignature`).digest("hex");
    const api = gateway ? { accept: (_: string, stream: Duplex) => gateway.acceptApi(stream) } : server;
    const answer = fetchFrom(api, "api", "/api/devices/commands", {
      method: "POST",
      headers: { authorization: `Bearer ${key}` },
      body: JSON.stringify({ group: "GID_simulator", type: "say", text: "Dinner is ready" }),
    });
    const { text } = await clock.run(answer);
    const [result] = Object.values(JSON.parse(text).results);
    assert.deepEqual(result, { success: true, data: null });
    await clock.run(device.reached("idle"));
    const { firstAudibleAt = 0, lastAudibleAt = 0 } = device.speaker;
    assert.ok(lastAudibleAt - firstAudibleAt > 500, "about a second of speech");
    await stop();
  });
}
