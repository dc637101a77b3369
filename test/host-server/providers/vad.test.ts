import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { registerHooks } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { joinSamples } from "../../../host-server/audio/join.ts";
import type { ProviderContext } from "../../../host-server/providers/provider.ts";
import { synthesize } from "../../../host-server/providers/tts/flite-voice.ts";
import { silero } from "../../../host-server/providers/vad/silero.ts";
import { webrtc } from "../../../host-server/providers/vad/webrtc.ts";
import type { Vad } from "../../../host-server/providers/vad.ts";
import { providerContext } from "../fixtures/provider-context.ts";

const context = providerContext();
const detectors: Record<string, Vad> = {
  silero: silero.create({}, context),
  webrtc: webrtc.create({ strictness: 2 }, context),
};
after(() => Promise.all(Object.values(detectors).map((vad) => vad.close())));

const frameSamples = 960;
const silenceSamples = 16_000;

/** Speech with a second of faint noise on both sides; the noise is the same each time. */
async function scene(text: string): Promise<Int16Array> {
  const { pcm } = await synthesize(text, "slt");
  const sound = joinSamples([new Int16Array(silenceSamples), pcm, new Int16Array(silenceSamples)]);
  return noisy(sound, 15);
}

function noisy(pcm: Int16Array, amplitude: number): Int16Array {
  let seed = 1;
  return pcm.map((sample) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return sample + (((seed >>> 8) % (2 * amplitude + 1)) - amplitude);
  });
}

async function probabilities(vad: Vad, pcm: Int16Array, samples = frameSamples): Promise<number[]> {
  const stream = vad.open();
  const found: number[] = [];
  for (let offset = 0; offset + samples <= pcm.length; offset += samples) {
    found.push(await stream.accept(pcm.subarray(offset, offset + samples)));
  }
  stream.close();
  return found;
}

for (const [name, vad] of Object.entries(detectors)) {
  test(`${name} tells speech from silence`, async () => {
    const found = await probabilities(vad, await scene("What is the battery level of this device?"));
    const silence = Math.floor(silenceSamples / frameSamples);
    assert.ok(
      found.slice(0, silence - 1).every((probability) => probability < 0.5),
      "silence before",
    );
    const speech = found.slice(silence + 4, -silence - 4);
    const voiced = speech.filter((probability) => probability >= 0.5).length;
    assert.ok(voiced >= 0.85 * speech.length, `${voiced} of ${speech.length} frames`);
    assert.ok(
      found.slice(-6).every((probability) => probability < 0.5),
      "silence after",
    );
  });

  test(`${name} keeps concurrent streams apart`, async () => {
    const scenes = await Promise.all(["Turn on the lamp.", "Goodbye.", "Set the volume to ten."].map(scene));
    const alone: number[][] = [];
    for (const pcm of scenes) alone.push(await probabilities(vad, pcm));
    const together = await Promise.all(scenes.map((pcm) => probabilities(vad, pcm)));
    for (const [index, found] of together.entries()) {
      assert.equal(found.length, alone[index]!.length);
      // Sums over a batch are rounded in another order.
      for (const [at, probability] of found.entries()) {
        assert.ok(Math.abs(probability - alone[index]![at]!) < 0.01, `stream ${index}, frame ${at}`);
      }
    }
  });

  test(`${name} takes frames of any length, also before the earlier ones are examined`, async () => {
    const pcm = await scene("Hello there.");
    const stream = vad.open();
    const answers = [1, 100, 320, 959, 0, 5_000, 20_000].map((length) => stream.accept(pcm.subarray(0, length)));
    for (const probability of await Promise.all(answers)) assert.ok(probability >= 0 && probability <= 1);
    stream.close();
  });
}

test("silero does not take loud noise for speech", async () => {
  const found = await probabilities(detectors["silero"]!, noisy(new Int16Array(5 * 16_000), 2_000));
  const wrong = found.filter((probability) => probability >= 0.5).length;
  assert.ok(wrong <= found.length / 20, `${wrong} of ${found.length} frames`);
});

test("virtual time stands still exactly while a frame is examined", async () => {
  const makers = [
    (context: ProviderContext) => silero.create({}, context),
    (context: ProviderContext) => webrtc.create({ strictness: 2 }, context),
  ];
  for (const make of makers) {
    let held = 0;
    const holding = providerContext();
    holding.clock.hold = () => {
      held++;
      return () => {
        held--;
      };
    };
    const vad = make(holding);
    const stream = vad.open();
    const answers = [stream.accept(new Int16Array(960)), stream.accept(new Int16Array(960))];
    assert.equal(held, 2);
    await Promise.all(answers);
    stream.close();
    await vad.close();
    assert.equal(held, 0);
  }
});

test("a frame that cannot be voice is answered at once, and one behind a voice in its turn", async () => {
  for (const [name, vad] of Object.entries(detectors)) {
    const stream = vad.open();
    await stream.accept(new Int16Array(frameSamples));
    assert.equal(stream.accept(new Int16Array(frameSamples)), 0, name);
    stream.close();
  }
  const stream = detectors["silero"]!.open();
  await stream.accept(new Int16Array(frameSamples));
  const { pcm } = await synthesize("Hello there.", "slt");
  const order: string[] = [];
  const voice = stream.accept(pcm.subarray(0, 9_600));
  const silence = stream.accept(new Int16Array(1));
  assert.ok(voice instanceof Promise && silence instanceof Promise);
  await Promise.all([silence.then(() => order.push("silence")), voice.then(() => order.push("voice"))]);
  assert.deepEqual(order, ["voice", "silence"]);
  stream.close();
});

test("the log says which detector is active", async () => {
  await detectors["silero"]!.warmUp!();
  const { level, fields } = context.logged[0]!;
  assert.deepEqual({ level, ...fields }, { level: "info", vad: "silero" });
});

test("without the optional runtime the WebRTC detector takes over, and the log says why", async () => {
  const hooks = registerHooks({
    resolve(specifier, resolving, next) {
      if (specifier === "onnxruntime-node") throw new Error("Cannot find package 'onnxruntime-node'");
      return next(specifier, resolving);
    },
  });
  const bare = providerContext();
  const vad = silero.create({}, bare);
  try {
    const found = await probabilities(vad, await scene("Hello there."));
    assert.deepEqual([...new Set(found)].sort(), [0, 1]);
    const [{ level, fields } = assert.fail("nothing was logged")] = bare.logged;
    assert.deepEqual(
      { level, ...fields },
      { level: "warn", vad: "webrtc", reason: "Cannot find package 'onnxruntime-node'" },
    );
  } finally {
    hooks.deregister();
    await vad.close();
  }
});

test("the runtime of the model is kept from reporting home", async () => {
  const folder = await mkdtemp(join(tmpdir(), "xiaozhi-vad-"));
  const model = new URL("../../../host-server/providers/vad/silero.ts", import.meta.url);
  const context = new URL("../fixtures/provider-context.ts", import.meta.url);
  const program = `
    const { silero } = await import(${JSON.stringify(model)});
    const { providerContext } = await import(${JSON.stringify(context)});
    const vad = silero.create({}, providerContext());
    await vad.warmUp();
    await vad.close();
  `;
  const env: NodeJS.ProcessEnv = { ...process.env, TMPDIR: folder };
  delete env["ORT_DISABLE_TELEMETRY"];
  await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], { env });
  // Its reporter writes a log beside other temporary files as soon as it starts.
  assert.deepEqual(await readdir(folder), []);
  await rm(folder, { recursive: true });
});
