import assert from "node:assert/strict";
import { test } from "node:test";
import { AsrError, LlmError, StageError, TtsError } from "../../../host-server/errors.ts";
import type { Transcript } from "../../../host-server/providers/asr.ts";
import type { LlmEvent } from "../../../host-server/providers/llm.ts";
import type { Speech } from "../../../host-server/providers/tts.ts";
import type { Stages } from "../../../host-server/stages.ts";
import type { Clock } from "../../../protocol/clock.ts";
import { figuresOf } from "../fakes/figures.ts";
import type { Round } from "../fakes/stages.ts";
import { createWorld } from "../fakes/world.ts";

const KINDS = ["killed", "hung", "slow", "garbled"] as const;
const PLACES = ["before its first output", "in the middle", "at its end"] as const;
const STAGES = ["vad", "asr", "llm", "tts", "tool"] as const;

type Kind = (typeof KINDS)[number];

/** What goes wrong, and after how many outputs of the stage; Infinity for its end. */
interface Fault {
  readonly kind: Kind;
  readonly after: number;
}

const SLOW_MS = 1_500;
const APOLOGY = "Sorry, something went wrong. Please try again.";

/** Fails, hangs or waits; what it gives is for `garbled`. */
async function strike<T>({ kind }: Fault, clock: Clock, error: Error, garbage: T): Promise<T | undefined> {
  if (kind === "killed") throw error;
  if (kind === "hung") await new Promise(() => {});
  if (kind === "slow") await new Promise<void>((resolve) => clock.schedule(SLOW_MS, resolve));
  return kind === "garbled" ? garbage : undefined;
}

/** The source with a fault in it. */
async function* struck<T>(source: AsyncIterable<T>, fault: Fault, hit: () => Promise<T | undefined>) {
  let given = 0;
  for await (const item of source) {
    if (given++ === fault.after) {
      const garbage = await hit();
      if (garbage !== undefined) yield garbage;
    }
    yield item;
  }
  if (given <= fault.after) {
    const garbage = await hit();
    if (garbage !== undefined) yield garbage;
  }
}

/** Stages with switches: each stage has the fault that stands for it in `faults`. */
function faultyStages(own: Stages, clock: Clock, faults: Partial<Record<(typeof STAGES)[number], Fault>>): Stages {
  const guarded = <T>(stage: "asr" | "llm" | "tts", source: AsyncIterable<T>, error: Error, garbage: unknown) => {
    const fault = faults[stage];
    return fault ? struck(source, fault, () => strike(fault, clock, error, garbage as T)) : source;
  };
  return {
    ...own,
    vad: {
      open: () => {
        const stream = own.vad.open();
        let frames = 0;
        return {
          accept: async (pcm) => {
            const { vad } = faults;
            const error = new StageError("vad-failed", "the voice detector has gone");
            const isStruck = vad && frames++ >= vad.after;
            return (isStruck ? await strike(vad, clock, error, Number.NaN) : undefined) ?? stream.accept(pcm);
          },
          close: () => stream.close(),
        };
      },
      close: async () => {},
    },
    asr: {
      ...own.asr,
      transcribe: (...args) =>
        guarded<Transcript>("asr", own.asr.transcribe(...args), new AsrError("asr-failed", "deaf"), { words: 7 }),
    },
    llm: {
      ...own.llm,
      reply: (...args) =>
        guarded<LlmEvent>("llm", own.llm.reply(...args), new LlmError("llm-failed", "no model"), {
          type: "noise",
          x: 1,
        }),
    },
    tts: {
      ...own.tts,
      speak: (...args) =>
        guarded<Speech>("tts", own.tts.speak(...args), new TtsError("tts-failed", "mute"), {
          pcm: "x",
          sampleRate: -1,
        }),
    },
  };
}

const TOOL = { name: "self.look", description: "", inputSchema: { type: "object", properties: {} } };

/** A device with one tool, which has the fault of its stage. */
function tooledDevice(fault: () => Fault | undefined) {
  return (method: string): unknown => {
    if (method === "initialize") return { protocolVersion: "2024-11-05", capabilities: {}, serverInfo: {} };
    if (method === "tools/list") return { tools: [TOOL], nextCursor: "" };
    switch (fault()?.kind) {
      case "killed":
        return { content: [{ type: "text", text: "broken" }], isError: true };
      case "garbled":
        return { content: 7, nonsense: [null] };
      case "hung":
        return undefined;
      default:
        return { content: [{ type: "text", text: "sky" }], isError: false };
    }
  };
}

const LOOK: LlmEvent = { type: "tool-call", call: { id: "call_1", name: "self_look", arguments: {} } };
const ANSWER: readonly LlmEvent[] = ["It is ", "the sky. ", "Nothing else."].map((text) => ({ type: "text", text }));

/** A device in a world of stages that fail when they are told to. */
async function faultyWorld(
  faults: Parameters<typeof faultyStages>[2],
  rounds: Round[] = Array(6)
    .fill([[LOOK], ANSWER])
    .flat(),
) {
  const world = createWorld(
    {
      heard: Array(6).fill("look"),
      rounds,
      msPerCharacter: 20,
      wrap: (own, clock) => faultyStages(own, clock, faults),
    },
    { XIAOZHI_TOOL_CALL_TIMEOUT: "3", XIAOZHI_TURN_SPECULATE: "false" },
  );
  const device = await world.connect({ features: { mcp: true }, mcp: tooledDevice(() => faults.tool) });
  device.listen("start", "auto");
  await world.clock.advance(300);
  device.received.length = 0;
  return { ...world, device };
}

function faultAt(stage: (typeof STAGES)[number], kind: Kind, place: (typeof PLACES)[number]): Fault {
  if (place === "before its first output") return { kind, after: 0 };
  // A voice detector never ends by itself: in the middle is during the words, at its end during the silence after them.
  if (stage === "vad") return { kind, after: place === "in the middle" ? 8 : 17 };
  return { kind, after: place === "in the middle" ? 1 : Number.POSITIVE_INFINITY };
}

for (const stage of STAGES) {
  for (const kind of KINDS) {
    for (const place of stage === "tool" ? (["before its first output"] as const) : PLACES) {
      test(`${stage} ${kind} ${place}: the turn ends audibly, and the next one works`, async () => {
        const faults: Parameters<typeof faultyStages>[2] = {};
        const { device, clock, turns, server } = await faultyWorld(faults);
        faults[stage] = faultAt(stage, kind, place);
        device.talk(900, 3_000);
        await clock.advance(90_000);
        assertEnded(device, stage === "tts");
        const failures = [...(await figuresOf(server))].filter(([name]) =>
          name.startsWith(`xiaozhi_failures_total{stage="${stage}"`),
        );
        // What a tool gives is for the model, whatever it is.
        const isFailure = kind !== "slow" && !(stage === "tool" && kind === "garbled");
        assert.equal(failures.length > 0, isFailure, "it was counted");
        delete faults[stage];
        device.received.length = 0;
        const { length } = turns;
        device.listen("start", "auto");
        device.talk(900, 1_200);
        await clock.advance(20_000);
        assert.deepEqual(
          turns.slice(length).map(({ said }) => said),
          ["It is the sky. Nothing else."],
        );
        assertEnded(device, false);
        assert.equal(device.closedAt, undefined);
        await server.stop();
      });
    }
  }
}

/** Something was said, or at least shown, and the device was told of the end; nothing follows. */
function assertEnded(device: Awaited<ReturnType<typeof faultyWorld>>["device"], isMute: boolean): void {
  const { trace } = device;
  assert.equal(trace.at(-1), "tts stop", trace.join());
  assert.equal(trace.filter((line) => line === "tts start").length, trace.filter((line) => line === "tts stop").length);
  assert.ok(
    trace.some((line) => line.startsWith("sentence ")),
    trace.join(),
  );
  if (!isMute) assert.ok(trace.includes("frames"), trace.join());
}

test("a stage that is slow is waited for", async () => {
  for (const stage of STAGES) {
    const faults = { [stage]: { kind: "slow", after: 1 } } as const;
    const { device, clock, turns } = await faultyWorld(faults);
    device.talk(900, 1_200);
    await clock.advance(60_000);
    assert.equal(turns[0]?.said, "It is the sky. Nothing else.", stage);
  }
});

test("whoever fails, the apology is what is said, after what was said before", async () => {
  const cases = [
    ["asr", 0, ""],
    ["llm", 0, ""],
    ["llm", 2, "It is the sky. "],
  ] as const;
  for (const [stage, after, before] of cases) {
    const { device, clock } = await faultyWorld({ [stage]: { kind: "killed", after } }, [ANSWER]);
    device.talk(900, 1_200);
    await clock.advance(30_000);
    const said = device.messages
      .flatMap(({ state, text }) => (state === "sentence_start" ? [`${text}. `] : []))
      .join("");
    assert.equal(said.trim(), `${before}${APOLOGY}`, `${stage} after ${after}`);
  }
});

test("a model that says nothing, or nothing but marks, gets an apology said for it", async () => {
  for (const round of [[], "  ", "… !"]) {
    const { connect, clock } = createWorld({ rounds: [round] });
    const device = await connect();
    device.detect("hello");
    await clock.advance(10_000);
    assert.ok(device.trace.includes("sentence Sorry, something went wrong"), JSON.stringify(round));
    assert.equal(device.trace.at(-1), "tts stop");
  }
});

test("a model that never ends is cut off", async () => {
  const endless = async function* (_messages: unknown, _tools: unknown, signal: AbortSignal) {
    while (!signal.aborted) {
      yield { type: "text" as const, text: "And so on. " };
      await new Promise<void>((resolve) => world.clock.schedule(1, resolve));
    }
  };
  const world = createWorld({ rounds: [endless], msPerCharacter: 1 });
  const device = await world.connect();
  device.detect("talk");
  await world.clock.advance(600_000);
  const { length } = world.turns[0]?.said ?? "";
  assert.ok(length > 19_000 && length < 21_000, String(length));
});
