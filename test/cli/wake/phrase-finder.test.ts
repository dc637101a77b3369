import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { synthesize } from "../../../cli/speech.ts";
import { listenFor, PhraseFinder } from "../../../cli/wake/phrase-finder.ts";
import { spelledForVoice } from "../../../cli/wake/wake-phrase.ts";
import { VirtualClock } from "../../../simulator/clock.ts";
import { createWorld } from "../../firmware/world.ts";

/** A device at rest that listens for a phrase. */
async function waiting(context: TestContext, phrase: string) {
  const world = await createWorld({ board: "simulator-wake" });
  const finder = await listenFor(world.device, phrase);
  context.after(async () => {
    world.device.close();
    await finder.close();
  });
  await world.boot();
  const hear = async (text: string) => {
    const { pcm, sampleRate } = await synthesize(spelledForVoice(text));
    await world.clock.run(world.device.microphone.say(pcm, sampleRate));
    await world.clock.advance(1500);
    return world.device.state;
  };
  return { ...world, hear };
}

test("a device wakes by the sound of its phrase, and by nothing else", async (context) => {
  const { server, device, hear } = await waiting(context, "hey computer");
  assert.equal(await hear("the weather will be fine in the afternoon"), "idle");
  assert.equal(await hear("hello everyone"), "idle");
  assert.equal(await hear("hey computer"), "listening");
  assert.deepEqual(server.messages[1]?.["text"], "hey computer");
  assert.equal(device.stats.crashes, 0);
});

test("names of this ecosystem are phrases, too", async (context) => {
  const { hear } = await waiting(context, "ni hao xiaozhi");
  assert.equal(await hear("good morning everybody"), "idle");
  assert.equal(await hear("ni hao xiaozhi"), "listening");
});

test("a phrase that cannot be one is refused before anything is loaded", async () => {
  const events = { onFound: () => {}, onError: () => {} };
  await assert.rejects(PhraseFinder.open("hey", new VirtualClock(), events), { code: "wake-phrase" });
});
