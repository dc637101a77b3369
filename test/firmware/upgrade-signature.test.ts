import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, type KeyObject } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { firmwareKeyOf, signFirmware } from "../../cli/firmware/sign-firmware.ts";
import { VirtualClock } from "../../simulator/clock.ts";
import { verifyP256 } from "../../simulator/twins/node/p256.ts";
import { firmwareImage, IMAGE_URL, serveImages } from "./firmware-images.ts";
import { ScriptedServer } from "./scripted-server.ts";
import { createWorld } from "./world.ts";

const IMAGE = firmwareImage(40_000);
const SIGNATURE_BYTES = 64;

function makeKey(): KeyObject {
  return generateKeyPairSync("ec", { namedCurve: "prime256v1" }).privateKey;
}

const KEY = makeKey();
const SIGNED = signFirmware(IMAGE, KEY);

/** The image with the byte at an offset, from its end where that is negative, turned. */
function turned(image: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(image);
  const index = at < 0 ? copy.length + at : at;
  copy[index] = (copy[index] as number) ^ 1;
  return copy;
}

/** A device that is offered an image, and takes only what the owner of the key has signed. */
async function offer(image: Uint8Array, firmwareKey = firmwareKeyOf(KEY), more: object = {}) {
  const config = { firmwareKey, otaUrl: new ScriptedServer(new VirtualClock()).otaUrl };
  const world = await createWorld({ config });
  const { server, clock, lines, device } = world;
  await serveImages(world.network, (response) =>
    response.writeHead(200, { "content-length": image.length }).end(image),
  );
  const firmware = { version: "9.0.0", url: IMAGE_URL, ...more };
  server.ota = { status: 200, body: JSON.stringify({ ...JSON.parse(server.ota.body), firmware }) };
  device.start();
  await clock.run(device.reached("upgrading"));
  await clock.run(device.reached("off", "idle"));
  const { installed } = device.hardware.firmwareSlot;
  const { starts, crashes } = device.stats;
  device.close();
  return { installed, starts, crashes, told: lines.find((line) => line.includes("Upgrade failed")) ?? "" };
}

test("an image that the maker has signed is installed, whole", async () => {
  const { installed, told } = await offer(SIGNED);
  assert.deepEqual(installed, Uint8Array.from(SIGNED));
  assert.equal(told, "");
});

test("a signed image is checked against the server's SHA-256 with its signature", async () => {
  const sha256 = createHash("sha256").update(SIGNED).digest("hex");
  assert.ok((await offer(SIGNED, undefined, { sha256 })).installed);
  const other = createHash("sha256").update(IMAGE).digest("hex");
  assert.match((await offer(SIGNED, undefined, { sha256: other })).told, /announced was/);
});

test("a build without a key takes images with and without a signature", async () => {
  assert.ok((await offer(SIGNED, "")).installed);
  assert.ok((await offer(IMAGE, "")).installed);
});

const ZEROS = Uint8Array.from(SIGNED).fill(0, -SIGNATURE_BYTES);

for (const [what, image, told] of [
  ["without a signature", IMAGE, /the image is not signed/],
  ["signed by somebody else", signFirmware(IMAGE, makeKey()), /signature is not that of this device's maker/],
  ["whose code was changed after it was signed", turned(SIGNED, 20_000), /signature is not that/],
  ["whose description was changed after it was signed", turned(SIGNED, 500), /signature is not that/],
  ["whose signature was changed", turned(SIGNED, -1), /signature is not that/],
  ["signed with zeros", ZEROS, /signature is not that/],
  ["that is cut before its signature", SIGNED.subarray(0, -72), /not signed/],
  ["that is cut within its signature", SIGNED.subarray(0, -10), /not signed/],
  ["that goes on behind its signature", Buffer.concat([SIGNED, Buffer.alloc(16)]), /not signed/],
] as const) {
  test(`an image ${what} is refused by name before it could be started`, async () => {
    const { installed, starts, crashes, told: heard } = await offer(image);
    assert.match(heard, told);
    assert.equal(installed, undefined);
    assert.equal(starts, 1);
    assert.equal(crashes, 0);
  });
}

test("a build whose key is no key takes nothing, and says why", async () => {
  for (const key of ["00", `${firmwareKeyOf(KEY)}00`, "x".repeat(128)]) {
    const { told, installed } = await offer(SIGNED, key);
    assert.match(told, /firmwareKey: expected 128 hexadecimal digits, got \d+ characters/);
    assert.equal(installed, undefined);
  }
  assert.match((await offer(SIGNED, "0".repeat(128))).told, /signature is not that/);
});

test("only images of this firmware are signed, once, and with a key over P-256", () => {
  assert.throws(() => signFirmware(Buffer.from("hello"), KEY), /no firmware image/);
  assert.throws(() => signFirmware(SIGNED, KEY), /signed already/);
  const { privateKey } = generateKeyPairSync("ed25519");
  assert.throws(() => signFirmware(IMAGE, privateKey), /expected a key over P-256, got ed25519/);
});

test("what plays the SDK's arithmetic agrees with Node's signatures", () => {
  const image = firmwareImage(1000);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: image.length - 1 }), fc.boolean(), (at, isChanged) => {
      const key = makeKey();
      const signed = signFirmware(image, key);
      const digest = createHash("sha256")
        .update(isChanged ? turned(image, at) : image)
        .digest();
      const hex = firmwareKeyOf(key);
      const point = [BigInt(`0x${hex.slice(0, 64)}`), BigInt(`0x${hex.slice(64)}`)] as const;
      return verifyP256(digest, signed.subarray(-SIGNATURE_BYTES), point) === !isChanged;
    }),
    { numRuns: 20 },
  );
});
