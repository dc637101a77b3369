import assert from "node:assert/strict";
import { test } from "node:test";
import type { ScreenImage } from "../../../simulator/device/screen-image.ts";
import { play, type Scene } from "./screen-rig.ts";

const SHAPES: readonly Pick<Scene, "width" | "height" | "isRound" | "isGray">[] = [
  { width: 240, height: 240 },
  { width: 240, height: 320 },
  { width: 320, height: 240 },
  { width: 360, height: 360, isRound: true },
  { width: 368, height: 448 },
  { width: 128, height: 128 },
  { width: 128, height: 64, isGray: true },
  { width: 128, height: 32, isGray: true },
];

const BAR = `screen.showBar({ text: "聆听中… Listening to you", signal: 2, isMuted: true, battery: 65 });`;
const TALK = `${BAR} screen.showEmotion("laughing");
  screen.showChat("assistant", "今天天气很好，我们去公园玩吧！It is a fine day, and incomprehensibilities abound.");`;
const CODE = `${BAR} screen.showNotice({ kind: "code", code: "123456", text: "请在控制台输入此验证码" });`;
const PROGRESS = `${BAR} screen.showNotice({ kind: "progress", percent: 42, text: "正在升级，请勿断电" });`;

type Pixel = readonly [number, number, number];

function pixelsOf(image: ScreenImage) {
  const { size } = image;
  const bytes = image.rgb();
  const at = (x: number, y: number): Pixel => {
    const from = (y * size.width + x) * 3;
    return [bytes[from] as number, bytes[from + 1] as number, bytes[from + 2] as number];
  };
  return { ...size, at };
}

function isUnpainted([red, green, blue]: Pixel): boolean {
  return red === 255 && green === 0 && blue === 255;
}

for (const shape of SHAPES) {
  for (const theme of ["light", "dark"] as const) {
    for (const [what, show] of Object.entries({ talk: TALK, code: CODE, progress: PROGRESS })) {
      test(`${shape.width} x ${shape.height}, ${theme}, ${what}: every pixel is painted, and there is ink`, async () => {
        const { image, lines } = await play({ ...shape, theme, show });
        assert.deepEqual(lines, []);
        const { width, height, at } = pixelsOf(image);
        const background = theme === "light" ? 255 : 0;
        let ink = 0;
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) {
            const pixel = at(x, y);
            if (!shape.isGray) assert.ok(!isUnpainted(pixel), `${x}, ${y} is not painted`);
            const isInk = pixel.some((value) => value !== background);
            if (isInk) ink++;
            if (!shape.isRound || !isInk) continue;
            const distance = Math.hypot(x + 0.5 - width / 2, y + 0.5 - height / 2);
            assert.ok(distance <= width / 2, `${x}, ${y} lies outside of the round screen`);
          }
        }
        assert.ok(ink > (width * height) / 100, `${ink} pixels of ink`);
      });
    }
  }
}

test("changes that come together are drawn in one go", async () => {
  const { image } = await play({ width: 240, height: 240, show: `${TALK}` });
  assert.equal(image.frames, 1);
});

test("a notice gives its place back to face and text", async () => {
  const plain = await play({ width: 240, height: 240, show: TALK });
  const show = `${TALK} screen.showNotice({ kind: "code", code: "1", text: "" }); screen.showNotice(undefined);`;
  const { image } = await play({ width: 240, height: 240, show });
  assert.deepEqual(image.rgb(), plain.image.rgb());
});

test("a text longer than its area moves up line by line, to its last line", async () => {
  const words = Array.from({ length: 60 }, (_, at) => `word${at}`).join(" ");
  const { image, clock } = await play({ width: 240, height: 240, show: `screen.showChat("user", "${words}");` });
  const first = image.rgb();
  const frames: number[] = [image.frames];
  await clock.advance(1700);
  frames.push(image.frames);
  assert.notDeepEqual(image.rgb(), first);
  await clock.advance(120_000);
  const last = image.frames;
  await clock.advance(10_000);
  assert.equal(image.frames, last);
  assert.ok(last > 5, `${last} frames`);
});

test("characters without a glyph, and a text without spaces, stay on the screen", async () => {
  const show = `screen.showChat("user", "😀".repeat(9) + "x".repeat(300) + "\\n\\n" + "龘".repeat(40));`;
  const { image, lines } = await play({ width: 240, height: 240, show });
  assert.deepEqual(lines, []);
  assert.equal(image.frames, 1);
});

test("a face that is not known leaves the old one", async () => {
  const happy = await play({ width: 240, height: 240, show: `screen.showEmotion("happy");` });
  const { image } = await play({
    width: 240,
    height: 240,
    show: `screen.showEmotion("happy"); screen.showEmotion("x");`,
  });
  assert.deepEqual(image.rgb(), happy.image.rgb());
});
