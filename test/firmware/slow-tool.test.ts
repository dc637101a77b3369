import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "../../simulator/clock.ts";
import { loadFirmware } from "../../simulator/firmware.ts";
import { ScriptedServer, toneFrames } from "./scripted-server.ts";
import { createWorld } from "./world.ts";

/** A board whose tool takes two seconds. */
const SLOW_BOARD = {
  specifier: "board",
  path: "board.ts",
  source: `import Timer from "timer";
export default Object.freeze({
  name: "slow", chip: "simulator", button: Object.freeze({
    create: (events) => import("modules/io/device-clock").then(({ deviceClock }) =>
      import("modules/hardware/button").then(({ pinButton }) => pinButton(0).create(events, deviceClock))),
  }),
  tools: Object.freeze([Object.freeze({
    name: "self.slow.work", description: "Takes its time.", params: Object.freeze({}),
    run: () => new Promise((resolve) => Timer.set(() => resolve("done"), 2000)),
  })]),
});
`,
};

const CALL = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "self.slow.work" } };

async function slowWorld() {
  const { otaUrl } = new ScriptedServer(new VirtualClock());
  const firmware = loadFirmware({ config: { otaUrl }, modules: [SLOW_BOARD] });
  const world = await createWorld({ firmware });
  await world.boot();
  await world.listen();
  return world;
}

test("a tool that takes long blocks neither the sound nor other calls", async () => {
  const { clock, server, device } = await slowWorld();
  server.send({ type: "mcp", payload: CALL });
  server.send({ type: "tts", state: "start", session_id: "s1" });
  server.speak(toneFrames(1200));
  server.send({ type: "mcp", payload: { jsonrpc: "2.0", id: 2, method: "ping" } });
  await clock.advance(1500);
  const ids = () =>
    server.messages.filter(({ type }) => type === "mcp").map(({ payload }) => (payload as { id: 1 }).id);
  assert.deepEqual(ids(), [2]);
  assert.equal(device.stats.underruns, 0);
  assert.ok(device.speaker.firstAudibleAt !== undefined);
  await clock.advance(700);
  assert.deepEqual(ids(), [2, 1]);
});

test("the answer of a slow tool goes only to the connection that asked", async () => {
  const { clock, server, device, listen } = await slowWorld();
  server.send({ type: "mcp", payload: CALL });
  await clock.advance(200);
  device.click();
  await clock.run(device.reached("idle"));
  await clock.advance(100);
  await listen();
  await clock.advance(3000);
  assert.ok(!server.messages.some(({ type }) => type === "mcp"));
});
