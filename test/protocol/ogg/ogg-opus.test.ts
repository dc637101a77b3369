import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { ProtocolError } from "../../../protocol/errors.ts";
import { OggOpusReader } from "../../../protocol/ogg/ogg-opus.ts";
import { opusPacketMs } from "../../../protocol/ogg/opus-packet.ts";
import { VirtualClock } from "../../../simulator/clock.ts";
import { VirtualDevice } from "../../../simulator/device.ts";
import { firmwareOf } from "../../../simulator/firmware.ts";
import { MemoryNetwork } from "../../../simulator/memory-network.ts";
import { oggOpusFile, oggPage, oggPages, opusHead, opusTags } from "./ogg-file.ts";

/** What came out of a file that came in pieces: packets in hexadecimal, then how it ended. */
function read(pieces: readonly Uint8Array[]): string[] {
  const reader = new OggOpusReader();
  const result: string[] = [];
  try {
    for (const piece of pieces) {
      reader.push(piece);
      for (let packet = reader.next(); packet; packet = reader.next()) {
        assert.ok(opusPacketMs(packet) > 0);
        result.push(Buffer.from(packet).toString("hex"));
      }
    }
    reader.end();
    result.push(reader.isEnded ? "ended" : "complete");
  } catch (error) {
    assert.ok(error instanceof ProtocolError, String(error));
    assert.equal(error.code, "ogg-invalid");
    result.push(error.message);
  }
  return result;
}

function split(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [0, ...[...cuts].map((cut) => cut % (bytes.byteLength + 1)).sort((a, b) => a - b), bytes.byteLength];
  return places.slice(1).map((place, index) => bytes.subarray(places[index], place));
}

/** A packet of 60 ms (SILK, one frame) with any content. */
const packets = fc
  .array(fc.uint8Array({ maxLength: 700 }), { maxLength: 12 })
  .map((contents) => contents.map((content) => Uint8Array.from([0x58, ...content])));
const cuts = fc.array(fc.nat(), { maxLength: 8 });
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

test("any packets, on pages of any size, in any pieces, come out as they went in", () => {
  fc.assert(
    fc.property(packets, fc.integer({ min: 1, max: 255 }), cuts, (contents, segments, places) => {
      const file = oggOpusFile(contents, { segments });
      const end = contents.length > 0 ? "ended" : "complete";
      assert.deepEqual(read(split(file, places)), [...contents.map(hex), end]);
    }),
  );
});

test("byte by byte, a page over 60 KB, and comments with a picture", () => {
  const contents = Array.from({ length: 40 }, (_, index) => new Uint8Array(1500).fill(index).fill(0x58, 0, 1));
  const file = oggOpusFile(contents, { segments: 255, tags: opusTags(200_000) });
  assert.deepEqual(read([file]), [...contents.map(hex), "ended"]);
  const small = oggOpusFile(contents.slice(0, 2));
  assert.deepEqual(read(split(small, [...small.keys()])), [...contents.slice(0, 2).map(hex), "ended"]);
});

test("any bytes, and any damage to a file, give packets or an error that names what is wrong", () => {
  fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), (pieces) => void read(pieces)));
  fc.assert(
    fc.property(packets, fc.nat(), fc.integer({ min: 1, max: 255 }), cuts, (contents, place, change, places) => {
      const file = oggOpusFile(contents);
      const damaged = Uint8Array.from(file);
      damaged[place % file.length] = (damaged[place % file.length] as number) ^ change;
      const result = read(split(damaged, places));
      assert.match(result.at(-1) as string, /^ogg-invalid: /, "the checksum covers every byte");
    }),
  );
});

test("a file that is cut off says so, wherever it is cut", () => {
  const file = oggOpusFile([Uint8Array.from([0x58, 1, 2, 3])]);
  for (let length = 0; length < file.length; length++) {
    const last = read([file.subarray(0, length)]).at(-1) as string;
    const isBetweenPages = last === "complete";
    assert.ok(isBetweenPages || last.startsWith("ogg-invalid: "), `${length}: ${last}`);
  }
});

const HEAD = oggPages([opusHead()], 255)[0] as Buffer;
const TAGS = oggPage({ sequence: 1, lacing: [16], body: opusTags() });
const ONE = Buffer.from([0x58]);

for (const [what, file, error] of [
  ["nothing", Buffer.alloc(0), /^ogg-invalid: head: the file ends before it/],
  ["no Ogg at all", Buffer.from("RIFF....WAVEfmt 0123456789abcdef"), /page.capture: expected "OggS", got 52 49 46 46/],
  ["a future version", Buffer.concat([Buffer.from("OggS\x01"), Buffer.alloc(30)]), /page.version: expected 0, got 1/],
  [
    "two channels",
    oggOpusFile([ONE], { head: opusHead({ channels: 2 }) }),
    /head.channels: expected 1 \(mono\), got 2/,
  ],
  ["an incompatible head", oggOpusFile([ONE], { head: opusHead({ version: 16 }) }), /head.version: .* got 16/],
  ["Vorbis", oggOpusFile([ONE], { head: Buffer.from("\x01vorbis 0123456789abcdef") }), /head: expected OpusHead/],
  ["no tags", oggOpusFile([ONE], { tags: Buffer.from("no tags at all") }), /tags: expected OpusTags/],
  ["a stream from its middle", TAGS, /head: expected a first page/],
  [
    "a missing page",
    Buffer.concat([HEAD, oggPage({ sequence: 2, lacing: [16], body: opusTags() })]),
    /sequence: expected 1/,
  ],
  [
    "a continuation of nothing",
    Buffer.concat([HEAD, TAGS, oggPage({ sequence: 2, flags: 1, lacing: [1], body: ONE })]),
    /page.continued: expected false, got true/,
  ],
  [
    "an unfinished packet",
    Buffer.concat([
      HEAD,
      TAGS,
      oggPage({ sequence: 2, lacing: [255], body: Buffer.alloc(255, 0x58) }),
      oggPage({ sequence: 3, lacing: [1], body: ONE }),
    ]),
    /page.continued: expected true, got false/,
  ],
  [
    "an empty packet",
    Buffer.concat([HEAD, TAGS, oggPage({ sequence: 2, lacing: [0], body: Buffer.alloc(0) })]),
    /no Opus packet/,
  ],
  ["a packet of 180 ms", oggOpusFile([Buffer.from([0x5b, 3])]), /packet: no Opus packet of 2 bytes/],
  ["an endless packet", oggOpusFile([Buffer.alloc(9000, 0x58)]), /packet: expected at most 7664 bytes/],
] as const) {
  test(`${what}: an error says so`, () => assert.match(read([file]).at(-1) as string, error));
}

test("pages of other streams are passed over; what follows the last page is not read", () => {
  const other = oggPage({ serial: 99, sequence: 40, lacing: [3], body: Buffer.from("abc") });
  const sound = oggPage({ sequence: 2, flags: 4, lacing: [1], body: ONE });
  assert.deepEqual(read([Buffer.concat([HEAD, other, TAGS, other, sound, Buffer.from("garbage")])]), ["58", "ended"]);
});

test("the head tells the samples to skip; the length of packets is in their first bytes", () => {
  const reader = new OggOpusReader();
  reader.push(oggOpusFile([ONE], { head: opusHead({ preSkip: 3840 }) }));
  reader.next();
  assert.equal(reader.preSkip, 3840);
  const lengths = [[0x58], [0x08], [0x59], [0x60], [0x80], [0xe0], [0xfb, 0x86], [0x5b, 0x02], [0x5b, 0x03], []];
  assert.deepEqual(
    lengths.map((bytes) => opusPacketMs(Uint8Array.from(bytes))),
    [60, 20, 120, 10, 2.5, 2.5, 120, 120, 0, 0],
  );
});

/** The modules of the reader as they are, and a program that reads what it is given. */
const MODULES = ["audio-frame", "errors", "frozen", "ogg/ogg-opus", "ogg/ogg-page", "ogg/opus-packet"].map((name) => {
  const path = `protocol/${name}.ts`;
  return {
    specifier: `protocol/${name}`,
    path,
    source: readFileSync(join(import.meta.dirname, "../../..", path), "utf8"),
  };
});

function readOnXs(cases: readonly (readonly Uint8Array[])[]): Promise<string[][]> {
  const given = JSON.stringify(cases.map((pieces) => pieces.map(hex)));
  const source = `import { OggOpusReader } from "protocol/ogg/ogg-opus";
    const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    for (const pieces of JSON.parse(${JSON.stringify(given)})) {
      const reader = new OggOpusReader();
      const result = [];
      try {
        for (const piece of pieces) {
          reader.push(Uint8Array.from(piece.match(/../g) ?? [], (byte) => parseInt(byte, 16)));
          for (let packet = reader.next(); packet; packet = reader.next()) result.push(hex(packet));
        }
        reader.end();
        result.push(reader.isEnded ? "ended" : "complete");
      } catch (error) {
        result.push(error.message);
      }
      trace("said " + JSON.stringify(result) + "\\n");
    }`;
  const clock = new VirtualClock({ start: 1_000_000 });
  const said: string[][] = [];
  const device = new VirtualDevice({
    clock,
    network: new MemoryNetwork({ clock }),
    reboots: false,
    budget: { chunkBytes: 4_000_000, slots: 200_000 },
    firmware: firmwareOf([...MODULES, { specifier: "main", path: "main.ts", source }]),
    onLog: ({ text }) => void (text.startsWith("said ") && said.push(JSON.parse(text.slice(5)))),
  });
  device.start();
  device.close();
  if (device.failure) throw device.failure;
  return Promise.resolve(said);
}

test("the engine of the device reads the same", async () => {
  const files = fc.tuple(packets, fc.integer({ min: 1, max: 255 }), cuts, fc.option(fc.nat()));
  const cases = fc.sample(files, { numRuns: 60, seed: 3 }).map(([contents, segments, places, damage]) => {
    const file = oggOpusFile(contents, { segments });
    if (damage !== null) file[damage % file.length] = (file[damage % file.length] as number) ^ 0x40;
    return split(file, places);
  });
  assert.deepEqual(await readOnXs(cases), cases.map(read));
});
