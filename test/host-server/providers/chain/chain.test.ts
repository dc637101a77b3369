import assert from "node:assert/strict";
import { test } from "node:test";
import { StageError } from "../../../../host-server/errors.ts";
import type { Asr, Transcript } from "../../../../host-server/providers/asr.ts";
import { AsrChain } from "../../../../host-server/providers/chain/asr-chain.ts";
import { LlmChain } from "../../../../host-server/providers/chain/llm-chain.ts";
import { ProviderHealth } from "../../../../host-server/providers/chain/provider-health.ts";
import { TtsChain } from "../../../../host-server/providers/chain/tts-chain.ts";
import { VadChain } from "../../../../host-server/providers/chain/vad-chain.ts";
import type { Llm, LlmEvent } from "../../../../host-server/providers/llm.ts";
import type { Speech, Tts } from "../../../../host-server/providers/tts.ts";
import type { Vad } from "../../../../host-server/providers/vad.ts";
import { VirtualClock } from "../../../../simulator/clock.ts";
import { collect } from "../../fixtures/collect.ts";
import { providerContext } from "../../fixtures/provider-context.ts";

const SIGNAL = new AbortController().signal;
const PATIENCE_MS = 4_000;

function chainOf<Stage>(stages: { readonly [name: string]: Stage }, clock = new VirtualClock()) {
  const { log, logged } = providerContext();
  const members = Object.entries(stages).map(([name, stage]) => ({
    stage,
    health: new ProviderHealth({ stage: "tts", name, clock, log }),
  }));
  const health = Object.fromEntries(members.map((member) => [member.health.name, member.health]));
  return { options: { name: "tts", members, clock, patienceMs: PATIENCE_MS }, clock, logged, health };
}

interface Voice extends Tts {
  asked: number;
  aborted: number;
}

/** A voice that says so many samples, fails, or hangs, as its behaviour says at the moment. */
function voice(behaviour: { do: "speak" | "fail" | "hang" | "break" }, sample: number): Voice {
  const own: Voice = {
    asked: 0,
    aborted: 0,
    speak: async function* (_text, signal) {
      own.asked++;
      signal.addEventListener("abort", () => own.aborted++);
      if (behaviour.do === "fail") throw new StageError("tts-down", "it is down");
      if (behaviour.do === "hang") await new Promise(() => {});
      yield { pcm: Int16Array.of(sample), sampleRate: 16_000 };
      if (behaviour.do === "break") throw new StageError("tts-broken", "it broke off");
    },
    close: async () => {},
  };
  return own;
}

const samplesOf = (speech: Speech[]) => speech.flatMap(({ pcm }) => [...pcm]);

test("the next voice speaks where the first one fails; it is passed over, for longer each time, and comes back", async () => {
  const behaviour: { do: "speak" | "fail" } = { do: "fail" };
  const [first, second] = [voice(behaviour, 1), voice({ do: "speak" }, 2)];
  const { options, clock, logged, health } = chainOf<Tts>({ first, second });
  const tts = new TtsChain(options);
  const say = async () => samplesOf(await collect(tts.speak("Hello.", SIGNAL)));
  assert.deepEqual(await say(), [2]);
  assert.deepEqual([health["first"]?.isUp, health["second"]?.isUp, health["first"]?.failures], [false, true, 1]);
  await clock.advance(4_999);
  assert.deepEqual(await say(), [2]);
  assert.equal(first.asked, 1, "passed over");
  await clock.advance(1);
  assert.deepEqual(await say(), [2]);
  assert.equal(first.asked, 2, "tried again after its pause");
  await clock.advance(9_999);
  await say();
  assert.equal(first.asked, 2, "the second pause is longer");
  behaviour.do = "speak";
  await clock.advance(1);
  assert.deepEqual(await say(), [1]);
  assert.deepEqual(
    logged.map(({ level, message }) => [level, message]),
    [
      ["warn", "a provider failed and is passed over"],
      ["warn", "a provider failed and is passed over"],
      ["info", "a provider is back"],
    ],
  );
  assert.deepEqual(logged[0]?.fields, { stage: "tts", provider: "first", reason: "it is down", pauseMs: 5_000 });
});

test("one that hangs is given up in time, and let go of", async () => {
  const [first, second] = [voice({ do: "hang" }, 1), voice({ do: "speak" }, 2)];
  const { options, clock, logged } = chainOf<Tts>({ first, second });
  const speech = collect(new TtsChain(options).speak("Hello.", SIGNAL));
  await clock.advance(PATIENCE_MS - 1);
  assert.equal(second.asked, 0);
  await clock.advance(1);
  assert.deepEqual(samplesOf(await speech), [2]);
  assert.equal(first.aborted, 1);
  assert.match(JSON.stringify(logged), /first gave nothing for 4000 ms/);
});

test("what was begun is not begun again by another voice", async () => {
  const [first, second] = [voice({ do: "break" }, 1), voice({ do: "speak" }, 2)];
  const { options, health } = chainOf<Tts>({ first, second });
  await assert.rejects(collect(new TtsChain(options).speak("Hello.", SIGNAL)), { code: "tts-broken" });
  assert.equal(second.asked, 0);
  assert.equal(health["first"]?.isUp, false);
});

test("without anybody who works all are asked all the same, and the last one's error counts", async () => {
  const [first, second] = [voice({ do: "fail" }, 1), voice({ do: "fail" }, 2)];
  const { options } = chainOf<Tts>({ first, second });
  const tts = new TtsChain(options);
  await assert.rejects(collect(tts.speak("Hello.", SIGNAL)), { code: "tts-down" });
  await assert.rejects(collect(tts.speak("Hello.", SIGNAL)), { code: "tts-down" });
  assert.deepEqual([first.asked, second.asked], [2, 2]);
});

test("an abort is nobody's failure", async () => {
  const first: Tts = {
    speak: async function* (_text, signal) {
      await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    },
    close: async () => {},
  };
  const second = voice({ do: "speak" }, 2);
  const { options, clock, health } = chainOf<Tts>({ first, second });
  const abort = new AbortController();
  const speech = collect(new TtsChain(options).speak("Hello.", abort.signal));
  speech.catch(() => {});
  await clock.advance(10);
  abort.abort();
  await assert.rejects(speech);
  assert.deepEqual([health["first"]?.failures, second.asked], [0, 0]);
});

test("of many requests one finds out whether a provider is back", async () => {
  const [first, second] = [voice({ do: "hang" }, 1), voice({ do: "speak" }, 2)];
  const { options, clock, health } = chainOf<Tts>({ first, second });
  const tts = new TtsChain(options);
  health["first"]?.failed(new Error("down"));
  await clock.advance(5_000);
  const finding = collect(tts.speak("One.", SIGNAL));
  const other = collect(tts.speak("Two.", SIGNAL));
  assert.deepEqual(samplesOf(await other), [2]);
  assert.equal(first.asked, 1);
  await clock.advance(PATIENCE_MS);
  assert.deepEqual(samplesOf(await finding), [2]);
});

test("the next recogniser hears the utterance from its beginning", async () => {
  const failing: Asr = {
    transcribe: async function* (frames) {
      for await (const _frame of frames) yield { text: "par", final: false };
      throw new StageError("asr-down", "it is down");
    },
    close: async () => {},
  };
  const counting: Asr = {
    transcribe: async function* (frames) {
      const heard: number[] = [];
      for await (const frame of frames) heard.push(...frame);
      yield { text: heard.join(" "), final: true };
    },
    close: async () => {},
  };
  const { options } = chainOf<Asr>({ failing, counting });
  const frames = async function* () {
    yield Int16Array.of(1);
    yield Int16Array.of(2);
  };
  const transcripts: Transcript[] = await collect(new AsrChain(options).transcribe(frames(), { tools: [] }, SIGNAL));
  assert.deepEqual(transcripts.at(-1), { text: "1 2", final: true });
});

test("a recogniser has its time from the end of the utterance on, however long that is", async () => {
  const slow: Asr = {
    transcribe: async function* (frames) {
      for await (const _frame of frames);
      yield { text: "slow", final: true };
    },
    close: async () => {},
  };
  const hanging: Asr = {
    transcribe: async function* (frames) {
      for await (const _frame of frames);
      await new Promise(() => {});
      yield { text: "never", final: true };
    },
    close: async () => {},
  };
  for (const [first, words, ms] of [
    [slow, "slow", 0],
    [hanging, "slow", PATIENCE_MS],
  ] as const) {
    const { options, clock } = chainOf<Asr>({ first, second: slow });
    const frames = async function* () {
      yield Int16Array.of(1);
      await new Promise<void>((resolve) => clock.schedule(20_000, resolve));
    };
    const heard = collect(new AsrChain(options).transcribe(frames(), { tools: [] }, SIGNAL));
    await clock.advance(20_000 + ms);
    assert.deepEqual((await heard).at(-1), { text: words, final: true });
  }
});

test("another model answers when one fails before its first word, not after; what it would say is asked of the one in charge", async () => {
  const model = (events: readonly (LlmEvent | Error)[], more: Partial<Llm> = {}): Llm => ({
    reply: async function* () {
      for (const event of events) {
        if (event instanceof Error) throw event;
        yield event;
      }
    },
    close: async () => {},
    ...more,
  });
  const text = (words: string): LlmEvent => ({ type: "text", text: words });
  const down = new StageError("llm-down", "down");
  const embedded = model([text("local")], { onlyCommands: true, foresee: () => "foreseen" });
  const { options } = chainOf<Llm>({ cloud: model([{ type: "emotion", emotion: "happy" }, down]), embedded });
  const llm = new LlmChain(options);
  assert.deepEqual([llm.onlyCommands, llm.foresee([], [])], [undefined, undefined]);
  assert.deepEqual((await collect(llm.reply([], [], SIGNAL))).at(-1), text("local"));
  assert.deepEqual([llm.onlyCommands, llm.foresee([], [])], [true, "foreseen"]);
  const broken = chainOf<Llm>({ cloud: model([text("half"), down]), embedded });
  const events: LlmEvent[] = [];
  await assert.rejects(async () => {
    for await (const event of new LlmChain(broken.options).reply([], [], SIGNAL)) events.push(event);
  });
  assert.deepEqual(events, [text("half")]);
});

test("a frame that one detector cannot examine is examined by the next, in order", async () => {
  const clock = new VirtualClock();
  let opened = 0;
  const detector = (accept: (pcm: Int16Array) => number | Promise<number>): Vad => ({
    open: () => {
      opened++;
      return { accept, close: () => {} };
    },
    close: async () => {},
  });
  const good = detector((pcm) => (pcm[0] ?? 0) / 10);
  const cases: readonly [name: string, bad: Vad, ms: number][] = [
    ["throws", detector(() => assert.fail("broken")), 0],
    ["rejects", detector(() => Promise.reject(new Error("broken"))), 0],
    ["no number", detector(() => Number.NaN), 0],
    ["hangs", detector(() => new Promise(() => {})), PATIENCE_MS],
  ];
  for (const [name, bad, ms] of cases) {
    opened = 0;
    const { options, health } = chainOf<Vad>({ bad, good }, clock);
    const stream = new VadChain(options).open();
    const answers = Promise.all([1, 2, 3].map((value) => stream.accept(Int16Array.of(value))));
    await clock.advance(ms);
    assert.deepEqual(await answers, [0.1, 0.2, 0.3], name);
    assert.deepEqual([opened, health["bad"]?.failures, health["good"]?.isUp], [2, 1, true], name);
    stream.close();
  }
  const { options } = chainOf<Vad>({ bad: detector(() => assert.fail("broken")) }, clock);
  assert.throws(() => new VadChain(options).open().accept(Int16Array.of(1)), /broken/);
});

test("a provider that cannot be loaded does not keep the server from starting while another can", async () => {
  const broken: Tts = { ...voice({ do: "speak" }, 1), warmUp: () => Promise.reject(new Error("no model")) };
  const away: Tts = { ...voice({ do: "speak" }, 2), check: () => Promise.reject(new Error("away")) };
  const well = voice({ do: "speak" }, 3);
  const { options, health, clock } = chainOf<Tts>({ broken, away, well });
  const tts = new TtsChain(options);
  await tts.warmUp();
  await clock.advance(0);
  assert.deepEqual(
    Object.values(health).map(({ isUp }) => isUp),
    [false, false, true],
  );
  assert.deepEqual(samplesOf(await collect(tts.speak("Hello.", SIGNAL))), [3]);
  await assert.rejects(new TtsChain(chainOf<Tts>({ broken, other: broken }).options).warmUp(), /no model/);
});

test("each model of a chain holds a conversation of its own, and who fails in one is passed over in all", async () => {
  const behaviour = { fails: false };
  const app: Llm = {
    keepsHistory: true,
    converse: ({ sessionId }) => ({
      keepsHistory: true,
      reply: async function* () {
        if (behaviour.fails) throw new StageError("llm-down", "it is down");
        yield { type: "text", text: `app in ${sessionId}` };
      },
      close: async () => {},
    }),
    reply: async function* () {},
    close: async () => {},
  };
  const model: Llm = {
    reply: async function* () {
      yield { type: "text", text: "model" };
    },
    close: async () => {},
  };
  const { options } = chainOf<Llm>({ app, model });
  const llm = new LlmChain(options);
  const [one, two] = ["s-1", "s-2"].map((sessionId) => llm.converse({ deviceId: "d", sessionId })) as [Llm, Llm];
  const say = async (from: Llm) =>
    (await collect(from.reply([], [], SIGNAL))).map((event) => event.type === "text" && event.text);
  assert.deepEqual([await say(one), await say(two)], [["app in s-1"], ["app in s-2"]]);
  assert.equal(one.keepsHistory, true);
  behaviour.fails = true;
  assert.deepEqual(await say(one), ["model"]);
  assert.equal(two.keepsHistory, undefined, "the other conversation knows that the app is down");
});
