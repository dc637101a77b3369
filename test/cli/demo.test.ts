import assert from "node:assert/strict";
import { test } from "node:test";
import { ACTS, type ActResult } from "../../cli/demo/acts.ts";
import { playDemo } from "../../cli/demo/play.ts";
import { testWholeDemo } from "./whole-demo.ts";

const faulty = (results: readonly ActResult[]) => results.filter(({ faults }) => faults.length > 0);

testWholeDemo("websocket");

test("a gateway of its own stands between device and server, and nobody hears it", async () => {
  const results = await playDemo({ way: "gateway", acts: ACTS.slice(0, 2) });
  assert.deepEqual(
    results.map(({ faults }) => faults),
    [[], []],
  );
});

test("a server that cannot speak fails the demo, although it does everything else", async () => {
  const results = await playDemo({
    acts: ACTS.slice(0, 2),
    stages: (own) => ({
      ...own,
      tts: {
        close: () => own.tts.close(),
        speak: async function* (text, signal) {
          for await (const { pcm, sampleRate } of own.tts.speak(text, signal)) {
            yield { pcm: new Int16Array(pcm.length), sampleRate };
          }
        },
      },
    }),
  });
  const [volume] = results;
  assert.equal(volume?.heardByServer, "set the volume to eighty");
  assert.deepEqual(volume?.faults, ['its speaker said ""']);
  assert.equal(faulty(results).length, results.length);
});

test("a server that cannot hear fails the demo", async () => {
  const results = await playDemo({
    acts: ACTS.slice(0, 2),
    stages: (own) => ({
      ...own,
      asr: {
        close: () => own.asr.close(),
        transcribe: async function* (frames) {
          for await (const _ of frames);
          yield { text: "", final: true };
        },
      },
    }),
  });
  assert.equal(faulty(results).length, results.length);
  assert.match(results[0]?.faults[0] ?? "", /was not speaking/);
  assert.ok(results[0]?.faults.some((fault) => fault.includes("keeps volume undefined, not 80")));
});
