import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { createBundle } from "../../simulator/bundle.ts";
import type { Machine } from "../../simulator/machine.ts";
import { readManifest } from "../../simulator/manifest.ts";
import { rig, rigOn } from "./engine.ts";

const root = join(import.meta.dirname, "../..");

const program = `
import { OpusDecoder, OpusEncoder } from "modules/audio/opus/opus";
import { register } from "host";
const encoder = new OpusEncoder(16000, 60, 0);
const decoder = new OpusDecoder(24000, 60);
const pcm = new Uint8Array(1440 * 2);
register({
  encode(frame: ArrayBuffer): ArrayBuffer { return encoder.encode(new Uint8Array(frame)); },
  decode(packet: ArrayBuffer): ArrayBuffer { return pcm.buffer.slice(0, decoder.decode(packet, pcm)); },
  churn(): void { for (let i = 0; i < 50; i++) new OpusEncoder(16000, 60, 0); },
  close(): void { encoder.close(); },
  isSubclass(): boolean { return encoder instanceof OpusEncoder && Object.keys(encoder).length === 0; },
  badRate(): void { new OpusEncoder(12345, 60, 0); },
});
`;

/** The firmware's own codec, found through its manifest as the SDK finds it. */
function codecMachine(): Machine {
  const manifest = readManifest(join(root, "modules/audio/opus/manifest.json"));
  const twins = { host: join(root, "simulator/twins/xs/host.ts") };
  const bundle = createBundle(manifest, twins, [{ specifier: "main", source: program, path: "main.ts" }]);
  const { machine } = rigOn(bundle);
  machine.preload(manifest.preload);
  machine.import("main");
  machine.sealBaseline();
  return machine;
}

function tone(frame: number): Int16Array {
  return Int16Array.from({ length: 960 }, (_, i) => 8000 * Math.sin(((frame * 960 + i) * 2 * Math.PI * 440) / 16000));
}

/** Energy at `frequency`, as a share of all. */
function share(pcm: Int16Array, sampleRate: number, frequency: number): number {
  let re = 0;
  let im = 0;
  let energy = 0;
  for (const [i, sample] of pcm.entries()) {
    const angle = (2 * Math.PI * frequency * i) / sampleRate;
    re += sample * Math.cos(angle);
    im += sample * Math.sin(angle);
    energy += sample * sample;
  }
  return (2 * (re * re + im * im)) / (pcm.length * energy);
}

describe("the firmware's C files", () => {
  it("run: a tone comes back from Opus at another rate", () => {
    const machine = codecMachine();
    assert.equal(machine.notify(1, "isSubclass"), true);
    let heard = new Int16Array();
    for (let frame = 0; frame < 5; frame++) {
      const packet = machine.notify(1, "encode", tone(frame)) as ArrayBuffer;
      assert.ok(packet.byteLength < 400);
      heard = new Int16Array(machine.notify(1, "decode", packet) as ArrayBuffer);
    }
    assert.equal(heard.length, 1440);
    assert.ok(share(heard, 24000, 440) > 0.9);
  });

  it("throw into the program", () => {
    const machine = codecMachine();
    assert.throws(() => machine.notify(1, "badRate"), { name: "RangeError", message: /opus encoder/ });
    assert.throws(() => machine.notify(1, "encode", new ArrayBuffer(7)), { name: "RangeError" });
    machine.notify(1, "close");
    assert.throws(() => machine.notify(1, "encode", tone(0)), { message: /closed/ });
  });

  it("have their objects destroyed when the program loses them, and with the machine", () => {
    const lose = (): void => {
      const machine = codecMachine();
      for (let round = 0; round < 10; round++) machine.notify(1, "churn");
      machine.gc();
      machine.close();
    };
    lose();
    const before = process.memoryUsage.rss();
    for (let round = 0; round < 4; round++) lose();
    const grown = process.memoryUsage.rss() - before;
    // An encoder has some 25 KB; 2000 of them would be 50 MB.
    assert.ok(grown < 20 * 1024 * 1024, `${grown} bytes more`);
  });

  it("are named when they are missing", () => {
    const { machine } = rig({ main: "" });
    assert.throws(() => machine.eval(`native("xs_nothing")`), { code: "native-missing", message: /xs_nothing/ });
    assert.throws(() => machine.eval(`new (class extends Native("xs_gone_destructor") {})`), {
      message: /xs_gone_destr/,
    });
  });

  it("are the same function each time", () => {
    const { machine } = rig({ main: "" });
    assert.equal(machine.eval(`native("xs_opus_encoder") === native("xs_opus_encoder")`), true);
  });
});
