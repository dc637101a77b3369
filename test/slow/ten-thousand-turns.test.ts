import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { LlmEvent } from "../../host-server/providers/llm.ts";
import type { Script } from "../host-server/fakes/stages.ts";
import { createWorld } from "../host-server/fakes/world.ts";

const TURNS = 10_000;
const WARM_UP = 2_000;
/** What the heap may grow by in 8,000 turns: less than 500 bytes for each. */
const MAX_GROWTH_BYTES = 4_000_000;

/** What happens to a turn, one kind after the other. */
const KINDS = ["text", "voice", "abort", "words interrupt", "cough", "model fails", "draft", "tool"] as const;

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

function usedHeap(): number {
  for (let n = 0; n < 4; n++) collectGarbage();
  return process.memoryUsage().heapUsed;
}

const broken = async function* (): AsyncGenerator<LlmEvent> {
  yield { type: "text", text: "Well. " };
  throw new Error("no more");
};
const CALL: LlmEvent = { type: "tool-call", call: { id: "call_1", name: "no_such_tool", arguments: {} } };

test("10,000 turns of every kind leave nothing behind", { timeout: 1_100_000 }, async () => {
  const heard: NonNullable<Script["heard"]> = [];
  const partials: NonNullable<Script["partials"]> = [];
  const rounds: NonNullable<Script["rounds"]> = [];
  const world = createWorld({ msPerCharacter: 20, heard, partials, rounds, outlook: "complete" });
  const { clock, stages, turns, log } = world;
  const device = await world.connect({ features: {} });
  device.listen("start", "realtime");
  let before = 0;
  let ended = 0;
  for (let n = 0; n < TURNS; n++) {
    const kind = KINDS[n % KINDS.length];
    if (kind === "model fails") rounds.push(broken);
    if (kind === "tool") rounds.push([CALL], "It is not there.");
    if (kind === "abort" || kind === "words interrupt" || kind === "cough") rounds.push("A longer answer. And more.");
    heard.push(kind === "voice" || kind === "draft" ? "hello" : "stop");
    if (kind === "draft") partials.push([[10, "hello"]]);
    if (kind === "voice" || kind === "draft") device.talk(600, 900);
    else device.detect("hello");
    await clock.advance(400);
    if (kind === "abort") device.send({ type: "abort" });
    if (kind === "cough") heard.splice(0, heard.length, "");
    if (kind === "words interrupt" || kind === "cough") device.talk(300, 900);
    await clock.advance(4_500);
    ended += turns.length;
    // What the test itself keeps is no leak.
    for (const list of [heard, partials, rounds, device.received, stages.asked, stages.utteranceFrames, log, turns]) {
      list.length = 0;
    }
    if (n === WARM_UP) before = usedHeap();
  }
  assert.ok(ended >= TURNS, `${ended} turns`);
  const grown = usedHeap() - before;
  assert.ok(grown < MAX_GROWTH_BYTES, `the heap has grown by ${grown} bytes`);
  assert.ok(clock.pending < 10, `${clock.pending} timers wait`);
  device.detect("still there?");
  await clock.advance(5_000);
  assert.equal(device.trace.at(-1), "tts stop");
});
