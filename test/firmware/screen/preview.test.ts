import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { PIXEL_FORMATS } from "../../../simulator/device/raster.ts";
import type { ScreenShape } from "../../../simulator/device/screen-image.ts";
import { createWorld } from "../world.ts";
import { jpegFile, type Paint, pngFile, type Rgb } from "./picture-files.ts";

const STORE = "10.0.0.77";

/** Four corners of four colours, which survive 16 bits a pixel. */
const CORNERS: readonly Rgb[] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 255],
];

function corners(width: number, height: number): Paint {
  return (x, y) => CORNERS[(x < width / 2 ? 0 : 1) + (y < height / 2 ? 0 : 2)] as Rgb;
}

/** A device that listens, and a place with one picture. */
async function createViewer(file: Uint8Array, screen: ScreenShape, { chunked = false, status = 200 } = {}) {
  const world = await createWorld({ board: "simulator-screen", screen });
  const { network, boot, listen, clock, server, device } = world;
  const http = createServer((_request, response) => {
    response.writeHead(status, chunked ? {} : { "Content-Length": file.length });
    response.end(file);
  });
  await network.listen(STORE, 80, (stream) => http.emit("connection", stream));
  await boot();
  await listen();
  server.send({
    type: "mcp",
    payload: { jsonrpc: "2.0", id: 9, method: "tools/list", params: { withUserTools: true } },
  });
  await clock.advance(4000);
  let id = 10;
  const show = async () => {
    id++;
    const params = { name: "self.screen.preview_image", arguments: { url: `http://${STORE}/picture` } };
    server.send({ type: "mcp", payload: { jsonrpc: "2.0", id, method: "tools/call", params } });
    await clock.advance(3000);
    const answers = server.messages.map(
      (message) => message["payload"] as { id?: number; result?: unknown; error?: unknown } | undefined,
    );
    const answer = answers.find((payload) => payload?.id === id);
    return JSON.stringify(answer?.result ?? answer);
  };
  const { size } = device.hardware.screen;
  const at = (x: number, y: number) => [
    ...device.hardware.screen
      .rgb()
      .subarray((y * size.width + x) * 3)
      .subarray(0, 3),
  ];
  const background = device.hardware.screen.rgb();
  return { ...world, show, at, background };
}

const GOOD = JSON.stringify({ content: [{ type: "text", text: "true" }], isError: false });

/** The colour is there, as far as the compression of JPEG leaves it. */
function assertNear(found: readonly number[], expected: Rgb, what: string): void {
  for (const [part, value] of expected.entries()) {
    assert.ok(Math.abs(value - (found[part] as number)) < 12, `${what}: ${found} is not ${expected}`);
  }
}

const SQUARE = { width: 240, height: 240 };

const FILES: { readonly [name: string]: (width: number, height: number) => Uint8Array } = {
  "JPEG 4:2:0": (width, height) => jpegFile(width, height, corners(width, height), 0x22),
  "JPEG 4:2:2": (width, height) => jpegFile(width, height, corners(width, height), 0x21),
  "JPEG 4:4:4": (width, height) => jpegFile(width, height, corners(width, height), 0x11),
  PNG: (width, height) => pngFile(width, height, corners(width, height), { filter: (y) => y % 5 }),
};

/** Every kind, and for the usual ones every way in which a picture may lie on the screen. */
const SIZES: { readonly [name: string]: readonly (readonly [number, number])[] } = {
  "JPEG 4:2:2": [[320, 560]],
  "JPEG 4:4:4": [[96, 64]],
};

for (const [name, make] of Object.entries(FILES)) {
  for (const [width, height] of SIZES[name] ?? [
    [480, 320],
    [96, 64],
    [320, 560],
  ]) {
    test(`${name}, ${width} x ${height}, is shown in the middle and made smaller where it must, for five seconds`, async () => {
      const { show, at, clock, device, background, lines } = await createViewer(make(width, height), SQUARE);
      assert.equal(await show(), GOOD);
      const scale = Math.min(1, 240 / width, 240 / height);
      const [half, high] = [(width * scale) / 2, (height * scale) / 2];
      for (const [index, color] of CORNERS.entries()) {
        const x = Math.round(120 + (index % 2 === 0 ? -0.8 : 0.8) * half);
        const y = Math.round(120 + (index < 2 ? -0.8 : 0.8) * high);
        assertNear(at(x, y), color, `${name} at ${x}, ${y}`);
      }
      if (high < 110) assert.deepEqual(at(120, 2), [255, 255, 255]);
      await clock.advance(6000);
      assert.ok(Buffer.from(device.hardware.screen.rgb()).equals(background));
      assert.deepEqual(
        lines.filter((line) => line.startsWith("error")),
        [],
      );
    });
  }
}

test("words that come meanwhile are on the screen afterwards, and no magenta is left", async () => {
  const { show, clock, server, device, background } = await createViewer(
    pngFile(31, 17, () => [9, 99, 9]),
    SQUARE,
  );
  await show();
  server.send({ type: "stt", text: "Hello" });
  await clock.advance(1000);
  const covered = device.hardware.screen.rgb();
  await clock.advance(5000);
  const after = device.hardware.screen.rgb();
  assert.ok(!Buffer.from(after).equals(background));
  for (const rgb of [covered, after]) assert.ok(!Buffer.from(rgb).includes(Buffer.from([255, 0, 255])));
});

test("gray, palette and transparent PNG files are shown as what they are", async () => {
  const gray = pngFile(64, 64, () => [0, 0, 0], {
    colorType: 0,
    depth: 1,
    line: () => [0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0],
  });
  const palette = pngFile(64, 64, () => [0, 0, 0], {
    colorType: 3,
    depth: 4,
    palette: [
      [0, 0, 0],
      [255, 0, 0],
      [0, 0, 255],
    ],
    line: () => Array.from({ length: 32 }, (_, at) => (at < 16 ? 0x11 : 0x22)),
  });
  const clear = pngFile(64, 64, () => [0, 0, 0], {
    colorType: 6,
    line: () => Array.from({ length: 64 }, (_, x) => [0, 0, 255, x < 32 ? 255 : 0]).flat(),
  });
  const expected: readonly [Uint8Array, Rgb, Rgb][] = [
    [gray, [255, 255, 255], [0, 0, 0]],
    [palette, [255, 0, 0], [0, 0, 255]],
    [clear, [0, 0, 255], [255, 255, 255]],
  ];
  for (const [file, left, right] of expected) {
    const { show, at } = await createViewer(file, SQUARE);
    assert.equal(await show(), GOOD);
    assert.deepEqual([at(100, 120), at(140, 120)], [left, right]);
  }
});

test("black and white panels show pictures, too", async () => {
  const screen = { width: 128, height: 64, pixelFormat: PIXEL_FORMATS.Gray256 };
  const { show, at } = await createViewer(jpegFile(256, 128, corners(256, 128)), screen);
  assert.equal(await show(), GOOD);
  assertNear(at(100, 50), [255, 255, 255], "white");
  assert.ok((at(20, 50)[0] as number) < 60);
});

test("what cannot be shown is said, and the screen is as before", async () => {
  const paint: Paint = () => [1, 2, 3];
  const jpeg = jpegFile(64, 64, paint);
  const progressive = Buffer.from(jpeg);
  progressive[progressive.indexOf(Buffer.from([0xff, 0xc0])) + 1] = 0xc2;
  const faults: readonly [Uint8Array, RegExp][] = [
    [Buffer.from("GIF89a"), /neither a JPEG nor a PNG file: it begins with 47 49 46 38/],
    [new Uint8Array(0), /it begins with nothing/],
    [progressive, /only baseline JPEG/],
    [jpeg.subarray(0, jpeg.length - 9), /JPEG file is broken/],
    [jpegFile(64, 64, paint, 0x12), /JPEG sampled as 12/],
    [pngFile(64, 64, paint, { interlace: 1 }), /interlaced PNG/],
    [pngFile(64, 64, paint, { filter: () => 9 }), /unknown filter 9/],
    [pngFile(2001, 1, paint), /picture of 2001 x 1/],
    [pngFile(64, 64, paint).subarray(0, 130), /PNG file ends after \d+ of 64 lines/],
    [Buffer.alloc(70_000), /file of 70000 bytes: expected 65536 at most/],
  ];
  for (const [file, expected] of faults) {
    const { show, clock, device, background } = await createViewer(file, SQUARE);
    assert.match((await show()) ?? "", expected);
    await clock.advance(500);
    assert.ok(Buffer.from(device.hardware.screen.rgb()).equals(background), String(expected));
    device.close();
  }
});

test("a file whose length nobody told is read to its end, and no further than there is room", async () => {
  const png = pngFile(120, 120, (x, y) => [(x * 7919 + y * 104729) % 251, (x * y) % 256, x]);
  assert.ok(png.length > 20_000);
  const good = await createViewer(png, SQUARE, { chunked: true });
  assert.equal(await good.show(), GOOD);
  const long = await createViewer(Buffer.alloc(66_000, 0x89), SQUARE, { chunked: true });
  assert.match((await long.show()) ?? "", /expected 65536 at most/);
});
