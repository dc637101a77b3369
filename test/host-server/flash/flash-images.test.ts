import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { deflateRawSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { checkManifest, checkPart } from "../../../host-server/browser-device/page/flash-check.ts";
import { readArchive } from "../../../host-server/flash/archive.ts";
import { FlashImages } from "../../../host-server/flash/flash-images.ts";
import { application, bootLoader, flashFiles, OFFSETS, tarOf } from "./flash-files.ts";

function place(t: TestContext): { readonly images: FlashImages; readonly folder: string } {
  const folder = mkdtempSync(join(tmpdir(), "flash-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return { images: new FlashImages(folder), folder };
}

const ID = "esp32-s3-devkit_1.2.0";

/** A zip archive, as programs write them: packed, with a comment. */
function zipOf(files: ReadonlyMap<string, Uint8Array>): Buffer {
  const [bodies, lines]: [Buffer[], Buffer[]] = [[], []];
  let at = 0;
  for (const [path, bytes] of files) {
    const [name, packed] = [Buffer.from(path), deflateRawSync(bytes, { level: 1 })];
    const common = Buffer.alloc(26);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(name.length, 22);
    const where = Buffer.alloc(14);
    where.writeUInt32LE(at, 10);
    bodies.push(Buffer.from("PK\x03\x04"), common, name, packed);
    lines.push(Buffer.from("PK\x01\x02\x14\x00"), common, where, name);
    at += 30 + name.length + packed.length;
  }
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06");
  end.writeUInt16LE(files.size, 10);
  end.writeUInt32LE(at, 16);
  end.writeUInt16LE(2, 20);
  return Buffer.concat([...bodies, ...lines, end, Buffer.from("hi")]);
}

test("what was built is kept, whichever way it comes, and signed for pages to check", async (t) => {
  const files = flashFiles();
  const inFolder = new Map([...files].map(([path, bytes]) => [`./box/${path}`, bytes]));
  for (const archive of [zipOf(files), tarOf(inFolder), gzipSync(tarOf(files))]) {
    const { images, folder } = place(t);
    const { id, manifest } = await images.add(await readArchive(archive));
    assert.deepEqual([id, manifest.board, manifest.version], [ID, "esp32-s3-devkit", "1.2.0"]);
    assert.deepEqual(
      manifest.builds[0]?.parts.map(({ path, offset }) => [path, offset]),
      Object.entries(OFFSETS),
    );
    assert.equal(statSync(join(folder, ".flash-key.pem")).mode & 0o777, 0o600);
    assert.deepEqual(await images.list(), [{ id, manifest }]);
    assert.deepEqual(await new FlashImages(folder).verify(id), manifest, "the key is the same after a start");
    await assert.rejects(images.add(files), { code: "flash-image-exists" });
    await images.remove(id);
    assert.deepEqual(await images.list(), []);
  }
});

test("a page finds out a manifest that was not signed so, and a part that is another one", async (t) => {
  const { images, folder } = place(t);
  await images.add(flashFiles());
  const key = Buffer.from(images.key.publicKey).toString("base64");
  const bytes = async (name: string) => new Uint8Array((await images.file(ID, name)) ?? []);
  const signature = Buffer.from(await bytes("manifest.sig")).toString();
  const manifest = await checkManifest(await bytes("manifest.json"), signature, key);
  for (const part of manifest.builds[0].parts) await checkPart(part, await bytes(part.path));
  const [part] = manifest.builds[0].parts;
  assert.ok(part);

  const other = await bytes("bootloader.bin");
  other[100] = (other[100] ?? 0) ^ 1;
  await assert.rejects(checkPart(part, other), { code: "flash-part", message: "bootloader.bin" });
  writeFileSync(join(folder, "flash", ID, "bootloader.bin"), other);
  await assert.rejects(images.verify(ID), { code: "flash-image-changed", message: /bootloader\.bin/ });

  const changed = Buffer.from(
    String(readFileSync(join(folder, "flash", ID, "manifest.json"))).replace("1.2.0", "1.2.1"),
  );
  await assert.rejects(checkManifest(new Uint8Array(changed), signature, key), { code: "flash-signature" });
  const stranger = Buffer.from(place(t).images.key.publicKey).toString("base64");
  await assert.rejects(checkManifest(await bytes("manifest.json"), signature, stranger), { code: "flash-signature" });
  for (const broken of ["", "!", "AAAA"]) {
    await assert.rejects(checkManifest(await bytes("manifest.json"), broken, key), { code: "flash-signature" });
  }
  writeFileSync(join(folder, "flash", ID, "manifest.json"), changed);
  await assert.rejects(images.verify(ID), { code: "flash-image-changed", message: /manifest\.json/ });
});

test("what a device could not start from is refused, with what is wrong", async (t) => {
  const { images } = place(t);
  const at = (changed: object) => ({ offsets: { ...OFFSETS, ...changed } });
  const refused: readonly (readonly [RegExp, Map<string, Uint8Array>])[] = [
    [/no manifest\.json/, new Map()],
    [/no boot loader at 0x0/, flashFiles({ "bootloader.bin": undefined })],
    [/no partition table/, flashFiles({ "partition-table.bin": undefined })],
    [/no application/, flashFiles({ "xs_esp32.bin": undefined })],
    [/first byte is 127/, flashFiles({ "bootloader.bin": Buffer.alloc(4_096, 0x7f) })],
    [/boot loader at 0x0 is for the chip ESP32-C3/, flashFiles({ "bootloader.bin": bootLoader({ chip: 5 }) })],
    [/application in ota_0 is for the chip ESP32$/, flashFiles({ "xs_esp32.bin": application({ chip: 0 }) })],
    [/chip ESP8266: expected one of/, flashFiles({}, { chipFamily: "ESP8266" })],
    [/no multiple of 0x1000/, flashFiles({}, at({ "xs_esp32.bin": 0x10100 }))],
    [
      /before bootloader\.bin ends/,
      flashFiles({ "bootloader.bin": Buffer.concat([bootLoader(), Buffer.alloc(0x8000)]) }),
    ],
    [
      /xs_esp32\.bin ends at .* and partition ota_0 at 0x20000/,
      flashFiles({ "xs_esp32.bin": application({ bytes: 0x11000 }) }),
    ],
    [/lies in no partition/, flashFiles({}, at({ "ota_data_initial.bin": 0x40000 }))],
    [
      /the flash memory has 0x100000/,
      flashFiles({ "bootloader.bin": bootLoader({ size: 0 }) }, at({ "ota_data_initial.bin": 0x200000 })),
    ],
    [/does not say its board/, flashFiles({ "xs_esp32.bin": stranger() })],
    [/has no lines/, flashFiles({ "partition-table.bin": Buffer.alloc(0xc00, 0xff) })],
    [/expected array|expected/i, new Map([["manifest.json", Buffer.from('{"name":"x","version":"1"}')]])],
    [/is missing/, new Map([...flashFiles()].filter(([path]) => path !== "xs_esp32.bin"))],
  ];
  for (const [words, files] of refused) {
    await assert.rejects(images.add(files), ({ code, message }: { code: string; message: string }) => {
      assert.match(code, /^(flash-)?image-invalid$/);
      assert.match(message, words);
      return true;
    });
  }
  assert.deepEqual(await images.list(), []);
  const whole = Buffer.alloc(0x13000, 0xff);
  for (const [path, bytes] of flashFiles()) if (path in OFFSETS) whole.set(bytes, OFFSETS[path]);
  const merged = flashFiles(Object.fromEntries(Object.keys(OFFSETS).map((path) => [path, undefined])));
  merged.set("whole.bin", whole);
  merged.set("manifest.json", manifestOf("whole.bin"));
  assert.equal((await images.add(merged)).id, ID, "all in one file");
});

/** An application of somebody else. */
function stranger(): Buffer {
  const image = application();
  image.fill(0, 288, 296);
  return image;
}

function manifestOf(path: string): Buffer {
  const builds = [{ chipFamily: "ESP32-S3", parts: [{ path, offset: 0 }] }];
  return Buffer.from(JSON.stringify({ name: "x", version: "1", builds }));
}

test("parts and files have names that lead nowhere else", async (t) => {
  const { images, folder } = place(t);
  writeFileSync(join(folder, "secret.txt"), "x");
  chmodSync(join(folder, "secret.txt"), 0o600);
  for (const path of ["..", "a/..", "manifest.json", "a b.bin"]) {
    const files = new Map([...flashFiles(), [path, bootLoader()], ["manifest.json", manifestOf(path)]]);
    await assert.rejects(images.add(files), { code: "flash-image-invalid" }, path);
  }
  await images.add(flashFiles());
  for (const [id, name] of [
    ["..", "secret.txt"],
    [ID, "../../secret.txt"],
    [ID, ".."],
    ["", "secret.txt"],
  ] as const) {
    assert.equal(await images.file(id, name), undefined);
  }
});

test("any bytes are an archive or are refused, and one that unpacks without end is refused", async () => {
  const whole = [zipOf(flashFiles()), tarOf(flashFiles())];
  const change = fc.tuple(fc.constantFrom(...whole), fc.nat(), fc.nat(255), fc.nat());
  await fc.assert(
    fc.asyncProperty(change, async ([archive, at, value, cut]) => {
      const bytes = Buffer.from(archive.subarray(0, archive.length - (cut % 4 === 0 ? cut % archive.length : 0)));
      // The ends are where archives say what is in them.
      bytes[(bytes.length - 1 - (at % Math.min(bytes.length, 400))) % bytes.length] = value;
      await readArchive(bytes).catch(({ code }) => assert.equal(code, "flash-image-invalid"));
    }),
    { numRuns: 150 },
  );
  const bomb = new Map([
    ["a", Buffer.alloc(40_000_000)],
    ["b", Buffer.alloc(40_000_000)],
  ]);
  await assert.rejects(readArchive(zipOf(bomb)), { code: "flash-image-invalid" });
});
