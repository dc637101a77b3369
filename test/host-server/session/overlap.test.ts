import assert from "node:assert/strict";
import { test } from "node:test";
import type { LlmEvent } from "../../../host-server/providers/llm.ts";
import type { Stages } from "../../../host-server/stages.ts";
import type { Clock } from "../../../protocol/clock.ts";
import { tone } from "../fakes/stages.ts";
import { createWorld } from "../fakes/world.ts";

const pause = (clock: Clock, ms: number) => new Promise<void>((resolve) => clock.schedule(ms, resolve));

/** A model and a voice that take their time; what they did, and when. */
function slowWorld(words: readonly string[]) {
  const log: [what: string, at: number][] = [];
  const start = () => world.clock.now() - from;
  const wrap = (own: Stages, clock: Clock): Stages => ({
    ...own,
    llm: {
      ...own.llm,
      reply: async function* (): AsyncGenerator<LlmEvent> {
        for (const text of words) {
          await pause(clock, 200);
          log.push([`model ${text.trim()}`, start()]);
          yield { type: "text", text };
        }
      },
    },
    tts: {
      ...own.tts,
      speak: async function* (text) {
        log.push([`asked ${text}`, start()]);
        // A second and a half of sound, as fast as it is heard.
        for (let chunk = 0; chunk < 5; chunk++) {
          await pause(clock, 300);
          yield { pcm: tone(4_800, 16_000), sampleRate: 16_000 };
        }
        log.push([`spoken ${text}`, start()]);
      },
    },
  });
  const world = createWorld({ wrap });
  let from = 0;
  const at = (what: string) => log.find(([name]) => name === what)?.[1] ?? Number.NaN;
  const ask = async () => {
    const device = await world.connect();
    from = world.clock.now();
    device.detect("talk");
    await world.clock.advance(20_000);
    return device;
  };
  return { ...world, at, ask };
}

test("the first sentence is made while the model writes the second, and the second while the first is coming", async () => {
  const { at, ask } = slowWorld(["One is ", "done. Two ", "is done. ", "Three."]);
  const device = await ask();
  assert.ok(at("asked One is done.") < at("model is done."), "the model has not finished");
  assert.equal(at("asked One is done."), at("model done. Two"), "at once");
  assert.ok(at("asked Two is done.") < at("spoken One is done."), "the voice has not either");
  assert.ok(at("asked Two is done.") >= at("asked One is done.") + 300, "who waits for a first sound comes first");
  const times = device.frameTimes;
  for (const [index, time] of times.entries())
    assert.ok(time <= index * 60 + 400, `frame ${index} came after ${time} ms`);
});

test("a first clause is spoken before its sentence is complete", async () => {
  const { at, ask } = slowWorld(["今天天气很好，", "明天也很好，", "后天不好。"]);
  await ask();
  assert.equal(at("asked 今天天气很好，"), at("model 今天天气很好，"));
  assert.equal(at("asked 明天也很好，后天不好。"), at("model 后天不好。"));
});

test("what is written later is spoken in its order, once", async () => {
  const words = Array.from({ length: 12 }, (_, n) => `Sentence number ${n}. `);
  const { ask, turns } = slowWorld(words);
  const device = await ask();
  const shown = device.messages.flatMap(({ state, text }) => (state === "sentence_start" ? [text] : []));
  assert.deepEqual(
    shown,
    words.map((text) => text.trim().replace(/\.$/, "")),
  );
  assert.equal(turns[0]?.said, words.join("").trim());
});
