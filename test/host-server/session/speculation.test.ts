import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { TtsError } from "../../../host-server/errors.ts";
import type { LlmEvent, Message } from "../../../host-server/providers/llm.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import { figuresOf } from "../fakes/figures.ts";
import type { Script } from "../fakes/stages.ts";
import { createWorld } from "../fakes/world.ts";

const VOLUME = {
  name: "self.set_volume",
  description: "",
  inputSchema: { type: "object", properties: { volume: { type: "integer" } } },
};

/** A device whose only tool notes its calls. */
function tooledDevice(calls: unknown[]) {
  return (method: string, params: JsonObject | undefined): unknown => {
    if (method === "initialize") return { protocolVersion: "2024-11-05", capabilities: {}, serverInfo: {} };
    if (method === "tools/list") return { tools: [VOLUME], nextCursor: "" };
    calls.push(params?.["arguments"]);
    return { content: [{ type: "text", text: "true" }], isError: false };
  };
}

/** A model for one command: it sets the number that is in the words, and says so. */
async function* obedient(messages: readonly Message[]): AsyncGenerator<LlmEvent> {
  const asked = messages.findLast(({ role }) => role === "user")?.content ?? "";
  const number = /\d+/.exec(asked)?.[0] ?? "0";
  if (messages.at(-1)?.role === "tool") yield { type: "text", text: `The volume is ${number}.` };
  else {
    const call = { id: `call_${messages.length}`, name: "self_set_volume", arguments: { volume: Number(number) } };
    yield { type: "tool-call", call };
  }
}

/** A world in which somebody asks for a volume; what was made, and when. */
async function volumeWorld(script: Script, env: Record<string, string> = {}) {
  const calls: unknown[] = [];
  const made: [at: number, what: string][] = [];
  const rounds = Array(20).fill(obedient);
  const onSpeak = (text: string) => made.push([world.clock.now(), text]);
  const world = createWorld({ rounds, onSpeak, msPerCharacter: 40, ...script }, env);
  const device = await world.connect({ features: { mcp: true }, mcp: tooledDevice(calls) });
  await world.clock.advance(100);
  device.received.length = 0;
  device.listen("start", "auto");
  const speculations = async () => {
    const figures = await figuresOf(world.server);
    const of = (outcome: string) => figures.get(`xiaozhi_speculations_total{outcome="${outcome}"}`) ?? 0;
    return { used: of("used"), discarded: of("discarded") };
  };
  return { ...world, device, calls, made, speculations };
}

/** Somebody says a complete command. */
const command = (): Script => ({
  heard: ["volume 80"],
  partials: [[[14, "volume 80"]]],
  outlook: "complete",
  foresee: () => "The volume is 80.",
});

test("a complete command: its confirmation is spoken ahead, its tool runs only after the end", async () => {
  const { device, clock, calls, made, stages, turns, speculations } = await volumeWorld(command());
  device.talk(900, 1_200);
  await clock.advance(5_000);
  const { endedAt = 0, said } = turns[0] ?? {};
  assert.equal(said, "The volume is 80.");
  assert.deepEqual(calls, [{ volume: 80 }]);
  assert.equal(made.length, 1, "spoken once");
  assert.ok((made[0]?.[0] ?? 0) < endedAt, "before the end was sure");
  const callAt = device.received.find(({ message }) => message?.["type"] === "mcp")?.at ?? 0;
  assert.ok(callAt >= endedAt);
  assert.equal(stages.asked.length, 2, "once for the call, once for the words after it");
  assert.deepEqual(await speculations(), { used: 1, discarded: 0 });
});

test("without speculation nothing is made before the end", async () => {
  const { device, clock, made, turns } = await volumeWorld(command(), { XIAOZHI_TURN_SPECULATE: "false" });
  device.talk(900, 1_200);
  await clock.advance(5_000);
  assert.ok((made[0]?.[0] ?? 0) >= (turns[0]?.endedAt ?? 0));
});

test("who goes on speaking is not answered before, and what was made is thrown away", async () => {
  const { device, clock, calls, stages, turns, made, speculations } = await volumeWorld({
    heard: ["volume 85"],
    partials: [
      [
        [9, "volume 80"],
        [15, "volume 85"],
      ],
    ],
    outlook: "extendable",
    foresee: () => "The volume is 80.",
  });
  device.talk(600, 120);
  await clock.advance(720);
  assert.equal(made.length, 1, "the first answer was being made");
  device.talk(600, 1_200);
  await clock.advance(5_000);
  assert.deepEqual(calls, [{ volume: 85 }]);
  assert.deepEqual(
    turns.map(({ heard, said }) => [heard, said]),
    [["volume 85", "The volume is 85."]],
  );
  const texts = device.messages.flatMap(({ text }) => (typeof text === "string" ? [text] : []));
  assert.ok(texts.every((text) => !text.includes("80")));
  const remembered = stages.asked.at(-1)?.messages.map(({ content }) => content);
  assert.ok(remembered?.every((content) => !content.includes("80")));
  // The silences are the same for the second guess, so it is used.
  assert.deepEqual(await speculations(), { used: 1, discarded: 1 });
});

test("a draft for other words than the last ones is thrown away", async () => {
  const { device, clock, calls, speculations } = await volumeWorld({ ...command(), heard: ["volume 8"] });
  device.talk(900, 1_200);
  await clock.advance(5_000);
  assert.deepEqual(calls, [{ volume: 8 }]);
  assert.deepEqual(await speculations(), { used: 0, discarded: 1 });
});

for (const [what, end] of [
  ["listen start", (device: { listen(state: "start", mode: string): void }) => device.listen("start", "auto")],
  ["the end of the connection", (device: { close(): void }) => device.close()],
] as const) {
  test(`${what} throws a draft away: nothing is sent, run or remembered`, async () => {
    const { device, clock, calls, turns, speculations } = await volumeWorld(command());
    device.talk(900, 60);
    await clock.advance(965);
    device.received.length = 0;
    end(device);
    await clock.advance(5_000);
    assert.deepEqual(device.trace, []);
    assert.deepEqual([calls, turns], [[], []]);
    assert.deepEqual(await speculations(), { used: 0, discarded: 1 });
  });
}

test("a draft of a model that fails is nobody's loss", async () => {
  const rounds: Script["rounds"] = [
    // biome-ignore lint/correctness/useYield: it fails before the first event
    async function* () {
      throw new Error("no model");
    },
    ...Array(3).fill(obedient),
  ];
  const { device, clock, turns, speculations } = await volumeWorld({ ...command(), rounds });
  device.talk(900, 1_200);
  await clock.advance(5_000);
  assert.equal(turns[0]?.said, "The volume is 80.");
  assert.deepEqual(await speculations(), { used: 0, discarded: 1 });
});

test("speech that could not be made ahead is tried again", async () => {
  let tries = 0;
  const onSpeak = () => {
    if (tries++ === 0) throw new TtsError("tts-failed", "no voice yet", { retryable: true });
  };
  const { device, clock, turns } = await volumeWorld({ ...command(), onSpeak });
  device.talk(900, 1_200);
  await clock.advance(5_000);
  assert.equal(turns[0]?.said, "The volume is 80.");
  assert.equal(tries, 2);
  assert.ok(device.frameTimes.length > 0);
});

test("words of which nobody knows whether they are all are answered early, too, after more silence", async () => {
  const script: Script = { heard: ["tell me a joke"], partials: [[[14, "tell me a joke"]]], rounds: ["One. Two."] };
  const { device, clock, made, turns, stages, speculations } = await volumeWorld(script);
  device.talk(900, 1_200);
  await clock.advance(5_000);
  assert.equal(turns[0]?.said, "One. Two.");
  assert.deepEqual(
    made.map(([at, text]) => [at < (turns[0]?.endedAt ?? 0), text]),
    [
      [true, "One."],
      [false, "Two."],
    ],
  );
  assert.equal(stages.asked.length, 1);
  assert.deepEqual(await speculations(), { used: 1, discarded: 0 });
});

test("a draft that was made while something else was being said does not stand when the conversation has changed", async () => {
  const rounds = ["A long answer that goes on and on for quite some time.", "Draft.", "Right."];
  const script: Script = { heard: ["stop it"], partials: [[[14, "stop it"]]], rounds, msPerCharacter: 100 };
  const { device, clock, turns, stages, speculations } = await volumeWorld(script);
  device.detect("talk");
  await clock.advance(1_000);
  device.talk(900, 1_200);
  await clock.advance(10_000);
  assert.deepEqual(
    turns.map(({ said }) => said),
    ["A long answer that goes on and on for quite some time.", "Right."],
  );
  assert.match(stages.asked[2]?.messages.at(-2)?.content ?? "", /^A long .*…$/);
  assert.deepEqual(await speculations(), { used: 0, discarded: 1 });
});

/** What may happen while somebody speaks: words, and voice or silence. */
const pieces = fc.array(
  fc.record({
    text: fc.constantFrom("volume 8", "volume 80", "volume 85", ""),
    voiceFrames: fc.integer({ min: 0, max: 6 }),
    silentFrames: fc.integer({ min: 0, max: 4 }),
  }),
  { minLength: 1, maxLength: 5 },
);
const ends = fc.constantFrom("silence", "stop", "start", "detect", "abort", "close");

test("whatever the order of words, silence and messages: only what was said in the end has an effect", async () => {
  await fc.assert(
    fc.asyncProperty(pieces, ends, fc.nat(300), async (spoken, end, endsAfter) => {
      let frames = 3;
      const partials = spoken.map(({ text, voiceFrames, silentFrames }) => {
        frames += voiceFrames + silentFrames;
        return [frames - silentFrames, text] as const;
      });
      const final = spoken.at(-1)?.text ?? "";
      const world = await volumeWorld({
        heard: [final],
        partials: [partials],
        outlook: (text) => (text === "volume 8" ? "unknown" : text === "" ? "unfinished" : "extendable"),
        foresee: () => "The volume is 80.",
      });
      const { device, clock, calls, turns, stages, speculations } = world;
      device.talk(180, 0);
      await clock.advance(180);
      for (const { voiceFrames, silentFrames } of spoken) {
        device.talk(voiceFrames * 60, silentFrames * 60);
        await clock.advance((voiceFrames + silentFrames) * 60);
      }
      await clock.advance(endsAfter);
      if (end === "silence") device.talk(0, 1_500);
      else if (end === "stop") device.listen("stop");
      else if (end === "start") device.listen("start", "auto");
      else if (end === "detect") device.detect("volume 99");
      else if (end === "abort") device.send({ type: "abort" });
      else device.close();
      await clock.advance(8_000);
      device.close();
      await clock.advance(1_000);
      const numbers = turns.map(({ heard }) => Number(/\d+/.exec(heard)?.[0]));
      assert.deepEqual(
        calls.map((args) => (args as { volume: number }).volume),
        numbers.slice(0, calls.length),
        "a call for each turn, and for nothing else",
      );
      const heard = new Set(turns.map(({ heard }) => heard));
      for (const { message } of device.received) {
        if (message?.["type"] === "stt" && !String(message["text"]).startsWith("%")) {
          assert.ok(heard.has(String(message["text"])));
        }
      }
      for (const { messages } of stages.asked) {
        const words = messages.filter(({ role }) => role === "user").slice(0, -1);
        assert.ok(words.every(({ content }) => heard.has(content)));
      }
      const { used, discarded } = await speculations();
      assert.ok(used <= turns.length && used + discarded <= 2 * 3);
    }),
    { numRuns: 40 },
  );
});
