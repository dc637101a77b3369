import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { readWav } from "../../../host-server/audio/wav.ts";
import { ApiVoiceprint } from "../../../host-server/providers/voiceprint/api.ts";
import { voiceprintSettings } from "../../../host-server/providers/voiceprint/settings.ts";
import type { Voiceprint } from "../../../host-server/providers/voiceprint.ts";
import type { Script } from "../fakes/stages.ts";
import { createWorld } from "../fakes/world.ts";
import { collect } from "../fixtures/collect.ts";
import { providerContext } from "../fixtures/provider-context.ts";

const SPEAKERS = {
  XIAOZHI_VOICEPRINT_URL: "http://127.0.0.1:1/voiceprint/health?key=k",
  XIAOZHI_VOICEPRINT_SPEAKERS: '["1,Ann,a poet", "2,Bob,likes tea, black"]',
};

/** Who says the utterances: known after how many ms. */
type People = readonly (readonly [name: string | undefined | Error, ms: number])[];

/** Has people say things, and gives what the model was told of each. */
async function conversation(people: People, script: Script = {}) {
  const waiting = [...people];
  const asked: number[] = [];
  const wrap: Script["wrap"] = (own, clock) => {
    const voiceprint: Voiceprint = {
      warmUp: async () => {},
      identify: async (pcm) => {
        asked.push(pcm.length);
        const [name, ms] = waiting.shift() ?? [undefined, 0];
        await new Promise<void>((resolve) => clock.schedule(ms, resolve));
        if (name instanceof Error) throw name;
        return name;
      },
      close: async () => {},
    };
    return { ...own, voiceprint };
  };
  const world = createWorld({ heard: people.map((_, at) => `words ${at}`), ...script, wrap }, SPEAKERS);
  const device = await world.connect();
  device.listen("start", "auto");
  for (const _ of people) {
    device.talk(3_000, 1_200);
    await world.clock.advance(12_000);
  }
  const told = world.stages.asked.map(({ messages }) => messages.at(-1)?.content);
  const system = world.stages.asked[0]?.messages[0]?.content ?? "";
  await world.server.stop();
  return { world, asked, told, system };
}

const from = (speaker: string, content: string) => JSON.stringify({ speaker, content });

test("the model is told who speaks, each of them once, and knows who they may be", async () => {
  const people: People = [
    ["Ann", 100],
    ["Ann", 100],
    ["Bob", 100],
    [undefined, 100],
  ];
  const { world, asked, told, system } = await conversation(people);
  assert.deepEqual(told, [from("Ann", "words 0"), "words 1", from("Bob", "words 2"), "words 3"]);
  assert.deepEqual(
    world.turns.map(({ heard, speaker }) => [heard, speaker]),
    people.map(([name], at) => [`words ${at}`, name]),
  );
  assert.ok(
    asked.every((samples) => samples >= 32_000 && samples < 36_000),
    `asked with ${asked} samples`,
  );
  assert.match(system, /<speakers_info>[\s\S]*- Ann: a poet\n- Bob: likes tea, black\n<\/speakers_info>$/);
});

test("nobody waits for a name: one that comes late or never changes nothing", async () => {
  const people: People = [
    ["Ann", 2_900],
    [new Error("no such service"), 10],
    ["Bob", 60_000],
  ];
  const known = await conversation(people);
  assert.deepEqual(known.told, ["words 0", "words 1", "words 2"]);
  const warnings = known.world.log.filter(({ msg }) => msg === "who speaks is not known");
  assert.equal(warnings.length, 2, "one that fails, one that takes for ever");
  const plain = await conversation(people.map(() => [undefined, 0] as const));
  const times = ({ world }: typeof plain) => world.turns.map(({ stages }) => stages);
  assert.deepEqual(times(known), times(plain));
});

test("what was begun for the words stays good when the name comes after it", async () => {
  const script: Script = { partials: [[[10, "words 0"]]], outlook: "complete" };
  const late = await conversation([["Ann", 1_300]], script);
  assert.deepEqual(late.told, ["words 0"], "the draft is the answer");
  const early = await conversation([["Ann", 10]], { ...script, partials: [[[10, "words 0"]]] });
  assert.deepEqual(early.told, [from("Ann", "words 0")]);
});

/** A voiceprint API as the reference has it. */
async function api(t: TestContext, answer: (request: IncomingMessage, body: Buffer, response: ServerResponse) => void) {
  const server = createServer(async (request, response) =>
    answer(request, Buffer.concat(await collect(request)), response),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/voiceprint/health?key=k%201`;
  const context = providerContext();
  const create = (given: object = {}) =>
    new ApiVoiceprint(voiceprintSettings.parse({ url, speakers: ["1,Ann,a poet", "2,Bob"], ...given }), context);
  return { create, context };
}

test("the reference's voiceprint API: who may speak, the sound, and how alike it is", async (t) => {
  const pcm = new Int16Array(400).fill(7);
  const asked: string[] = [];
  let answer: object | string = { speaker_id: "2", score: 0.41 };
  const { create, context } = await api(t, (request, body, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    const form = body.toString("latin1");
    if (request.method === "POST") {
      assert.match(form, /name="speaker_ids"\r\n\r\n1,2\r\n/);
      const wav = readWav(body.subarray(body.indexOf("RIFF"), body.indexOf("RIFF") + 44 + pcm.byteLength));
      assert.deepEqual([wav.sampleRate, [...wav.pcm]], [16_000, [...pcm]]);
    }
    if (typeof answer === "string") response.statusCode = 401;
    response.end(typeof answer === "string" ? answer : JSON.stringify(answer));
  });
  const { signal } = new AbortController();
  assert.equal(await create().identify(pcm, signal), "Bob");
  assert.equal(await create({ similarity_threshold: 0.5 }).identify(pcm, signal), undefined);
  answer = { speaker_id: "9", score: 1 };
  assert.equal(await create().identify(pcm, signal), undefined);
  answer = { status: "healthy" };
  await create().check();
  assert.deepEqual(
    [asked[0], asked.at(-1)],
    ["POST /voiceprint/identify Bearer k 1", "GET /voiceprint/health?key=k%201 Bearer k 1"],
  );
  answer = { status: "ill" };
  await assert.rejects(create().check(), { code: "voiceprint-unwell" });
  answer = "no";
  await assert.rejects(create().identify(pcm, signal), { code: "voiceprint-unauthorized", message: /401: no/ });
  await assert.rejects(create({ url: "http://127.0.0.1:2/?key=k" }).identify(pcm, signal), {
    code: "voiceprint-unreachable",
  });
  await create({ url: "http://127.0.0.1:2/?key=k" }).warmUp();
  assert.equal(context.logged.length, 0, "nobody waits for servers elsewhere");
});
