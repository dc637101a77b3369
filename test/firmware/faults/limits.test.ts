import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore } from "../../../simulator/device/settings-store.ts";
import { toneFrames } from "../scripted-server.ts";
import { createWorldOn, TRANSPORTS, type World } from "../transports.ts";
import { createWorld } from "../world.ts";

const START = { type: "tts", state: "start", session_id: "s1" };
const STOP = { type: "tts", state: "stop", session_id: "s1" };

/** A turn as the user hears it; the device listens before and after. */
async function turn({ clock, server, device }: World): Promise<void> {
  device.speaker.clear();
  server.send(START);
  server.speak(toneFrames(600));
  await clock.run(device.reached("speaking"));
  await clock.advance(900);
  server.send(STOP);
  await clock.run(device.reached("listening"));
  await clock.advance(100);
  assert.notEqual(device.speaker.firstAudibleAt, undefined);
}

/** A board with a tool that keeps things until there is no room left. */
function greedyBoard(thing: string) {
  const source = `
    import { defineBoard } from "boards/board";
    import { defineTool } from "mcp/tool";
    import { pinButton } from "modules/hardware/button";
    const hoard = defineTool({ name: "self.test.hoard", description: "Hoard.", params: {}, run() {
      const kept = [];
      for (;;) kept.push(${thing});
    } });
    export default defineBoard({
      name: "greedy", chip: "simulator", button: pinButton(0), tools: [hoard] });`;
  return { specifier: "board", path: "board.js", source };
}

for (const transport of TRANSPORTS) {
  for (const [heap, thing] of [
    ["chunks", "new Uint8Array(1000)"],
    ["slots", "{}"],
  ] as const) {
    test(`${transport}: the heap runs out of ${heap}: the error is named, the device restarts, and the next turn works`, async () => {
      const world = await createWorldOn(transport, { modules: [greedyBoard(thing)] });
      const { clock, server, device, lines, boot, listen } = world;
      await boot();
      await listen();
      await turn(world);
      const params = { name: "self.test.hoard", arguments: {} };
      server.send({ type: "mcp", payload: { jsonrpc: "2.0", id: 1, method: "tools/call", params } });
      await clock.run(device.reached("off"));
      assert.equal(device.stats.crashes, 1);
      assert.match(device.failure?.message ?? "", new RegExp(`out of ${heap}: \\d+`));
      assert.ok(lines.some((line) => line.startsWith("error device ended:") && line.includes(`out of ${heap}`)));
      await clock.run(device.reached("idle"));
      await clock.advance(500);
      await listen();
      await turn(world);
      assert.equal(device.stats.starts, 2);
    });
  }

  for (const [jump, ms] of [
    ["an hour ahead", 3_600_000],
    ["an hour back", -3_600_000],
    ["a year ahead", 31_536_000_000],
    ["a year back", -31_536_000_000],
  ] as const) {
    test(`${transport}: the clock jumps ${jump} in the middle of an answer: it is heard to its end, and the next turn works`, async () => {
      const store = new MemoryStore();
      const world = await createWorldOn(transport, { store });
      const { clock, server, device, lines, boot, listen } = world;
      const ota = "web" in world ? world.web : world.server;
      await boot();
      // Without its server the device starts with what it knows, and asks again after 10 s.
      const { body } = ota.ota;
      ota.ota = { status: 500, body: "" };
      device.restart();
      await clock.run(device.reached("idle"));
      const restartedAt = clock.now();
      const { server_time: _, ...rest } = JSON.parse(body);
      const timestamp = restartedAt + 10_000 + ms;
      ota.ota = { status: 200, body: JSON.stringify({ ...rest, server_time: { timestamp, timezone_offset: 60 } }) };
      await clock.advance(100);
      await listen();
      await clock.advance(7500);
      server.send(START);
      server.send({ type: "tts", state: "sentence_start", text: "A long one", session_id: "s1" });
      server.speak(toneFrames(6000));
      await clock.advance(7000);
      assert.equal(store.get("time", "offset")?.value, 60, "the second answer came meanwhile");
      assert.equal(device.state, "speaking");
      assert.ok(clock.now() - (device.speaker.lastAudibleAt ?? 0) < 2500, "heard to its end");
      server.send(STOP);
      await clock.run(device.reached("listening"));
      await clock.advance(500);
      await turn(world);
      assert.equal(device.stats.crashes, 0);
      assert.deepEqual(
        lines.filter((line) => line.includes("alert")),
        [],
      );
    });
  }
}

test("a server that takes no bytes for a minute: what does not fit the connection is lost but for the last seconds, and it goes on", async () => {
  const { clock, network, server, device, boot, listen } = await createWorld();
  await boot();
  await listen();
  const noise = Int16Array.from({ length: 16_000 * 65 }, (_, i) => 9000 * Math.sin(i / (3 + ((i >> 9) % 11))));
  void device.microphone.say(noise, 16_000);
  await clock.advance(1000);
  const mend = network.stall({ port: 8000 });
  const before = server.frames.length;
  await clock.advance(60_000);
  assert.equal(server.frames.length, before);
  assert.equal(device.state, "listening");
  mend();
  await clock.advance(2000);
  const after = server.frames.length - before;
  assert.ok(after > 40, `${after} frames`);
  assert.ok(after < 1500, `${after} frames`);
  server.send(START);
  await clock.run(device.reached("speaking"));
  assert.equal(device.stats.crashes, 0);
});

for (const [what, answer] of [
  ["cut in its headers", "HTTP/1.1 200 OK\r\nContent-Ty"],
  ["cut in its body", 'HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{"websocket":{"url":"ws://'],
  ["cut in a chunk", 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n{"websocket":'],
  ["nothing at all", ""],
] as const) {
  for (const ending of ["reset", "silent"]) {
    test(`the version check's answer is ${what}, then ${ending}: the device tries again and becomes ready`, async () => {
      const store = new MemoryStore();
      store.set("wifi", "ota_url", { format: "string", value: "http://cut.test:8002/xiaozhi/ota/" });
      const { clock, network, server, device, lines } = await createWorld({ store });
      let asked = 0;
      const cut = await network.listen("cut.test", 8002, (stream) => {
        stream.on("error", () => {});
        stream.once("data", () => {
          asked++;
          stream.write(answer);
          if (ending === "reset") clock.schedule(50, () => stream.destroy());
        });
      });
      device.start();
      await clock.advance(ending === "reset" ? 5000 : 31_000);
      assert.equal(asked, 1);
      assert.equal(device.state, "activating");
      assert.ok(
        lines.some((line) => line.includes("version check failed")),
        lines.join("\n"),
      );
      await cut.close();
      await server.join(network, "cut.test");
      await clock.run(device.reached("idle"));
      device.click();
      await clock.run(device.reached("listening"));
      assert.equal(device.stats.crashes, 0);
    });
  }
}
