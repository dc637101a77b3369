import assert from "node:assert/strict";
import { test } from "node:test";
import { toneFrames } from "../firmware/scripted-server.ts";
import { createWorld } from "../firmware/world.ts";

const HOUR_MS = 3_600_000;
/** The first minutes fill what is made once: codecs, buffers, keys. */
const WARM_UP_MS = 300_000;
/** Slots and bytes that the live heap may differ by between two looks at the same state. */
const NOISE = { slots: 64, chunkBytes: 4096 };

/** One turn as it is lived: speech up, a tool call, an answer down, and a click into every fifth answer. */
async function turn({ clock, server, device }: Awaited<ReturnType<typeof createWorld>>, n: number): Promise<void> {
  await clock.advance(2000);
  server.send({ type: "stt", text: "set the volume", session_id: "s1" });
  server.send({ type: "tts", state: "start", session_id: "s1" });
  const params = { name: "self.audio_speaker.set_volume", arguments: { volume: n % 101 } };
  server.send({ type: "mcp", payload: { jsonrpc: "2.0", id: n + 1, method: "tools/call", params } });
  server.send({ type: "tts", state: "sentence_start", text: "The volume is now …", session_id: "s1" });
  server.speak(toneFrames(1500));
  await clock.advance(700);
  if (n % 5 === 4) device.click();
  await clock.advance(1300);
  server.send({ type: "tts", state: "stop", session_id: "s1" });
  await clock.run(device.reached("listening"));
  await clock.advance(300);
}

test("one hour of conversation: the heap does not grow, and the budget holds", async (context) => {
  const world = await createWorld();
  const { clock, server, device } = world;
  await world.boot();
  const startedAt = clock.now();
  const live: { at: number; slots: number; chunkBytes: number }[] = [];
  let turns = 0;
  while (clock.now() - startedAt < HOUR_MS) {
    // A conversation is about ten turns long; then the user hangs up, and comes back.
    await world.listen();
    for (let n = 0; n < 10; n++) await turn(world, turns++);
    device.click();
    await clock.run(device.reached("idle"));
    await clock.advance(20_000);
    device.collectGarbage();
    const { slots, chunkBytes } = device.stats.heap as { slots: number; chunkBytes: number };
    if (clock.now() - startedAt > WARM_UP_MS) live.push({ at: clock.now() - startedAt, slots, chunkBytes });
    server.messages.length = 0;
    server.frames.length = 0;
    device.speaker.clear();
  }
  const first = live[0];
  const last = live.at(-1);
  assert.ok(first && last);
  const heap = device.stats.heap;
  context.diagnostic(
    `${turns} turns; live heap at ${Math.round(first.at / 60_000)} min and at the end: ` +
      `${first.slots} and ${last.slots} slots, ${first.chunkBytes} and ${last.chunkBytes} chunk bytes`,
  );
  context.diagnostic(
    `baseline ${heap?.slotsBaseline} slots, ${heap?.chunkBaselineBytes} chunk bytes; peak above it ` +
      `${heap?.slotsPeakAboveBaseline} slots, ${heap?.chunkPeakAboveBaselineBytes} bytes; stack peak ${heap?.stackPeakSlots} slots`,
  );
  assert.ok(last.slots - first.slots <= NOISE.slots, `${last.slots - first.slots} slots more`);
  assert.ok(last.chunkBytes - first.chunkBytes <= NOISE.chunkBytes, `${last.chunkBytes - first.chunkBytes} bytes more`);
  assert.equal(device.stats.crashes, 0);
  device.close();
});
