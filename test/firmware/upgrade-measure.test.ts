import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { ServerResponse } from "node:http";
import { test } from "node:test";
import { firmwareImage, IMAGE_URL, serveImages } from "./firmware-images.ts";
import { createWorld } from "./world.ts";

const IMAGE = firmwareImage(40_000);
const PAGE_BYTES = 4096;
const PAGES = Math.ceil(IMAGE.length / PAGE_BYTES);

const sending =
  (image: Uint8Array, lengthBytes = image.length) =>
  (response: ServerResponse) => {
    response.writeHead(200, { "content-length": lengthBytes });
    // A server that promises more says nothing after that, or hangs up.
    if (lengthBytes > image.length) response.write(image);
    else response.end(image.subarray(0, lengthBytes));
  };

type Place = Awaited<ReturnType<typeof createPlace>>;

/** A device to which its server offers an image. */
async function createPlace(answer: (response: ServerResponse) => void, more: object = {}) {
  const world = await createWorld();
  await serveImages(world.network, answer);
  const { body } = world.server.ota;
  const offer = { version: "9.0.0", url: IMAGE_URL, ...more };
  world.server.ota = { status: 200, body: JSON.stringify({ ...JSON.parse(body), firmware: offer }) };
  /** The power goes and comes back, and the server offers nothing any more. */
  const cutPower = () => {
    world.server.ota = { status: 200, body };
    world.device.restart();
  };
  return { ...world, cutPower, slot: world.device.hardware.firmwareSlot };
}

/** The measure: after a cut of its power the device starts, reaches its server and holds a conversation. */
async function expectTalk({ device, clock, cutPower, listen, server }: Place): Promise<void> {
  const opened = server.messages.length;
  cutPower();
  await clock.run(device.reached("idle"));
  await listen();
  assert.ok(server.messages.slice(opened).some(({ type, state }) => type === "listen" && state === "start"));
  assert.equal(device.stats.crashes, 0);
}

const CASES: readonly [what: string, answer: (response: ServerResponse) => void, more?: object][] = [
  ["wrong image", sending(Buffer.alloc(40_000, 0x55))],
  [
    "an image that is one only at its beginning",
    sending(Buffer.concat([IMAGE.subarray(0, 500), Buffer.alloc(39_500)])),
  ],
  ["wrong board", sending(firmwareImage(40_000, { board: "esp-box-3" }))],
  ["wrong project", sending(firmwareImage(40_000, { project: "toaster" }))],
  ["wrong hash", sending(IMAGE), { sha256: createHash("sha256").update("other").digest("hex") }],
  ["full flash: an image larger than its place", sending(Buffer.concat([IMAGE, Buffer.alloc(5_000_000)]))],
  ["server lying about length: less than it has", sending(IMAGE, 20_000)],
  ["server lying about length: less than a page", sending(IMAGE, 100)],
  ["server lying about length: nothing", sending(IMAGE, 0)],
  ["server lying about length: more than it has", sending(IMAGE, IMAGE.length + 10_000)],
  [
    "server lying about length: more, and it hangs up",
    (response) => {
      response.writeHead(200, { "content-length": IMAGE.length + 10_000 });
      response.write(IMAGE, () => response.destroy());
    },
  ],
];

for (const [what, answer, more] of CASES) {
  test(`${what}: nothing is installed, and the device boots something that talks`, async () => {
    const place = await createPlace(answer, more);
    const { device, clock, slot, lines } = place;
    device.start();
    await clock.run(device.reached("upgrading"));
    await clock.run(device.reached("idle"));
    assert.ok(lines.some((line) => line.includes("Upgrade failed")));
    assert.equal(slot.installed, undefined);
    await expectTalk(place);
  });
}

for (let chunk = 0; chunk <= PAGES; chunk++) {
  test(`power cut at chunk ${chunk} of ${PAGES}: the device boots something that talks`, async () => {
    const place = await createPlace(sending(IMAGE));
    const { device, clock, slot } = place;
    const write = slot.write.bind(slot);
    let written = 0;
    const reached = new Promise<void>((resolve) => {
      slot.write = (piece, offset) => {
        if (written === chunk) resolve();
        // The memory keeps no more than what was written when the power went.
        return written++ < chunk ? write(piece, offset) : true;
      };
      slot.complete = () => {
        resolve();
        return false;
      };
    });
    device.start();
    await clock.run(reached);
    slot.write = write;
    Reflect.deleteProperty(slot, "complete");
    await expectTalk(place);
    assert.equal(slot.installed, undefined);
  });
}

for (const wornAfterBytes of [0, 1, PAGE_BYTES, IMAGE.length - 1]) {
  test(`full flash: memory that takes ${wornAfterBytes} bytes: the device boots something that talks`, async () => {
    const place = await createPlace(sending(IMAGE));
    const { device, clock, slot } = place;
    slot.failsAfterBytes = wornAfterBytes;
    device.start();
    await clock.run(device.reached("upgrading"));
    await clock.run(device.reached("idle"));
    assert.equal(slot.installed, undefined);
    await expectTalk(place);
  });
}

test("power cut between the last chunk and the restart: the new image runs on trial, and talks", async () => {
  const place = await createPlace(sending(IMAGE));
  const { device, clock, slot, lines } = place;
  device.start();
  await clock.run(device.reached("upgrading"));
  while (!lines.some((line) => line.includes("done, restarting"))) await clock.advance(10);
  await expectTalk(place);
  assert.equal(slot.trial, "valid");
});
