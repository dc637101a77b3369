import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { oggOpusFile } from "../../../host-server/audio/ogg-opus-file.ts";
import { createEncoder } from "../../../host-server/audio/opus.ts";
import { readWav, writeWav } from "../../../host-server/audio/wav.ts";
import { voiceInWav } from "../../../host-server/console/agents/recording.ts";
import type { Voiceprint } from "../../../host-server/providers/voiceprint.ts";
import { createDevice } from "../../../host-server/storage/devices.ts";
import { addMessages } from "../../../host-server/storage/messages.ts";
import { createConsoleWorld } from "../fakes/console.ts";
import { fakeProviders } from "../fakes/world.ts";

const learned: [id: string, samples: number][] = [];
const forgotten: string[] = [];
const voiceprint: Voiceprint = {
  warmUp: async () => {},
  identify: async () => undefined,
  learn: async (id, pcm) => {
    learned.push([id, pcm.length]);
    if (pcm.length > 80_000) throw new Error("voiceprint-failed: too much of it");
    return Float32Array.of(1, 2);
  },
  forget: async (id) => void forgotten.push(id),
  close: async () => {},
};
const world = await createConsoleWorld({
  script: { wrap: (own) => ({ ...own, voiceprint }) },
  more: { agentProviders: fakeProviders },
});
after(() => world.close());
const ada = await world.claim();
const grace = await world.invite(ada, "grace@home.lan");

/** A tone that stands for a voice. */
function tone(seconds: number, sampleRate: number, channels = 1): Int16Array {
  return Int16Array.from({ length: seconds * sampleRate * channels }, (_, at) => 3_000 * Math.sin(at / 9));
}

function wav(seconds: number, sampleRate = 16_000, channels = 1): Uint8Array {
  return writeWav({ pcm: tone(seconds, sampleRate, channels), sampleRate, channels });
}

async function somebody(name: string) {
  const { body: agent } = await grace.ask("POST", "/api/agents", { name });
  const { body: voice } = await grace.ask("POST", `/api/agents/${agent.id}/voiceprints`, { name });
  return { agent, voice, path: `/api/agents/${agent.id}/voiceprints/${voice.id}` };
}

test("a voice is recorded, learned at once, heard again and forgotten", async () => {
  const { agent, voice, path } = await somebody("Kim");
  assert.deepEqual([voice.hasRecording, voice.isLearned], [false, false]);
  const { status, body } = await grace.ask("POST", `${path}/recording`, wav(2, 48_000, 2));
  assert.deepEqual(
    [status, body.name, body.hasRecording, body.isLearned, body.problem],
    [200, "Kim", true, true, undefined],
  );
  assert.deepEqual(learned, [[voice.id, 32_000]]);
  const file = join(world.folder, "voiceprints", `${voice.id}.wav`);
  assert.deepEqual([readWav(readFileSync(file)).sampleRate, readWav(readFileSync(file)).channels], [16_000, 1]);
  const heard = await grace.ask("GET", `${path}/recording`);
  assert.deepEqual([heard.status, heard.headers["content-type"]], [200, "audio/wav"]);
  assert.equal((await ada.ask("POST", `${path}/recording`, wav(6))).body.problem, "voiceprint-failed: too much of it");
  assert.equal((await grace.ask("GET", `/api/agents/${agent.id}/voiceprints`)).body[0].isLearned, false);
  await grace.ask("DELETE", `${path}/recording`);
  assert.deepEqual([existsSync(file), forgotten], [false, [voice.id]]);
  await grace.ask("POST", `${path}/recording`, wav(2));
  assert.equal((await grace.ask("DELETE", `/api/agents/${agent.id}`)).status, 200);
  assert.equal(existsSync(file), false, "nothing of it is left when the agent goes");
});

test("what is no recording of a voice is refused, with the reason", async () => {
  const { path } = await somebody("Lin");
  for (const [body, reason] of [
    [wav(0.5), /1 to 30 seconds, got 0.5/],
    [wav(31, 8_000), /1 to 30 seconds, got 31/],
    [wav(1, 96_000), /8000 to 48000 Hz/],
    [wav(1, 16_000, 3), /on 3/],
    [writeWav({ pcm: new Int16Array(32_000), sampleRate: 16_000, channels: 1 }), /nobody speaks/],
    [new Uint8Array(100), /RIFF/],
  ] as const) {
    const answer = await grace.ask("POST", `${path}/recording`, body);
    assert.deepEqual([answer.status, answer.body.code], [400, "recording-invalid"]);
    assert.match(answer.body.message, reason);
  }
  assert.equal((await grace.ask("POST", `${path}/recording`, new Uint8Array(6_000_000))).status, 413);
  assert.equal((await grace.ask("GET", `${path}/recording`)).status, 404);
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 120 }), async (rest) => {
      const bytes = Uint8Array.of(...wav(1).subarray(0, 20), ...rest);
      await assert.rejects(voiceInWav(bytes), { code: "recording-invalid" });
    }),
    { numRuns: 30 },
  );
});

test("a voice is learned from what somebody has said, by who may hear it", async () => {
  const { path } = await somebody("Sam");
  const { body: me } = await grace.ask("GET", "/api/me");
  const [mine, other] = ["aa:bb:cc:00:09:01", "aa:bb:cc:00:09:02"];
  await createDevice(world.storage, mine, { owner: me.id });
  await createDevice(world.storage, other, {});
  const encoder = createEncoder({ sampleRate: 16_000 });
  const sound = tone(3, 16_000);
  const packets = Array.from({ length: 50 }, (_, at) =>
    encoder.encode(sound.subarray(at * 960, at * 960 + 960)).slice(),
  );
  encoder.close();
  const audio = { type: "audio/ogg", data: oggOpusFile(packets, { sampleRate: 16_000, packetMs: 60, vendor: "v" }) };
  const said = async (device: string, withSound: boolean) => {
    const session = {
      id: `${device}${withSound}`,
      device,
      agent: null,
      title: "",
      turns: 1,
      started: world.clock.now(),
      ended: null,
    };
    await world.storage.db.insertInto("sessions").values(session).execute();
    const row = {
      session: session.id,
      device,
      agent: null,
      role: "user",
      text: "I am Sam.",
      at: world.clock.now(),
    } as const;
    const [id] = await addMessages(world.storage, [{ ...row, ...(withSound && { audio }) }]);
    return id;
  };
  const { status, body } = await grace.ask("POST", `${path}/recording?message=${await said(mine, true)}`);
  assert.deepEqual([status, body.isLearned, learned.at(-1)?.[1]], [200, true, 48_000]);
  assert.equal((await grace.ask("POST", `${path}/recording?message=${await said(mine, false)}`)).status, 404);
  assert.equal((await grace.ask("POST", `${path}/recording?message=${await said(other, true)}`)).status, 404);
});
