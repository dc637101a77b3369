import assert from "node:assert/strict";
import { test } from "node:test";
import type { LlmEvent, Message } from "../../../host-server/providers/llm.ts";
import { createWorld } from "../fakes/world.ts";

const WORDS = "And this sentence is here to take some room, because short ones would take many turns.";
const ENV = { XIAOZHI_HISTORY_MAX_TOKENS: "200", XIAOZHI_LOG_LEVEL: "debug" };

/** A model that answers, and sums up when it is asked to, after a second. */
function summingWorld(env: Record<string, string> = ENV, summary = async () => "They counted.") {
  const asked: (readonly Message[])[] = [];
  const aborted: boolean[] = [];
  const model = async function* (
    messages: readonly Message[],
    _tools: unknown,
    signal: AbortSignal,
  ): AsyncGenerator<LlmEvent> {
    if (!messages[0]?.content.startsWith("Sum up")) return yield { type: "text", text: "Yes." };
    asked.push(messages);
    signal.addEventListener("abort", () => aborted.push(true));
    await new Promise<void>((resolve) => world.clock.schedule(1_000, resolve));
    yield { type: "text", text: await summary() };
  };
  const world = createWorld({ rounds: Array(100).fill(model), msPerCharacter: 10 }, env);
  return { ...world, asked, aborted };
}

async function talk(world: ReturnType<typeof summingWorld>, turns: number, pauseMs = 4_000) {
  const device = await world.connect();
  for (let n = 1; n <= turns; n++) {
    device.detect(`Turn ${n}. ${WORDS}`);
    await world.clock.advance(pauseMs);
  }
}

test("before anything is forgotten the model sums it up, while nobody speaks", async () => {
  const world = summingWorld();
  await talk(world, 8);
  assert.ok(world.asked.length >= 1);
  const [, first] = world.asked[0] ?? [];
  assert.match(first?.content ?? "", /^User: Turn 1\. .*\nAssistant: Yes\.\nUser: Turn 2/);
  const messages = world.stages.asked.at(-1)?.messages ?? [];
  assert.match(messages[0]?.content ?? "", /What was said before, in short: They counted\.$/);
  assert.equal(messages[1]?.role, "user");
  const kept = messages.filter(({ role }) => role === "user").map(({ content }) => /\d+/.exec(content)?.[0]);
  const summedUp = world.asked.flatMap((request) => [...(request[1]?.content ?? "").matchAll(/Turn (\d+)/g)]);
  const all = [...summedUp.map(([, number]) => number), ...kept];
  assert.deepEqual(all, ["1", "2", "3", "4", "5", "6", "7", "8"], "each once: summed up, or still there");
});

test("the next summary holds the last one", async () => {
  const world = summingWorld();
  await talk(world, 12);
  assert.match(world.asked[1]?.[1]?.content ?? "", /^Before that: They counted\.\nUser: /);
});

test("who speaks on does not wait for a summary: it is given up, and the oldest is forgotten", async () => {
  const world = summingWorld();
  await talk(world, 10, 700);
  assert.ok(world.aborted.length > 1);
  assert.equal(world.turns.length, 10);
  for (const { stages } of world.turns) assert.equal(stages.firstFrame, 0);
  assert.doesNotMatch(world.stages.asked.at(-1)?.messages[0]?.content ?? "", /in short/);
});

test("a summary that fails, hangs or is empty changes nothing", async () => {
  const fates = [() => Promise.reject(new Error("no")), () => new Promise<string>(() => {}), () => Promise.resolve("")];
  for (const fate of fates) {
    const world = summingWorld(ENV, fate);
    await talk(world, 8);
    assert.equal(world.turns.length, 8);
    assert.doesNotMatch(world.stages.asked.at(-1)?.messages[0]?.content ?? "", /in short/);
  }
});

test("the configuration may do without summaries", async () => {
  const world = summingWorld({ ...ENV, XIAOZHI_HISTORY_SUMMARY: "false" });
  await talk(world, 8);
  assert.equal(world.asked.length, 0);
});
