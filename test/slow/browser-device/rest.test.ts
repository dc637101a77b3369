import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { barriers, overhang, picture, startServer } from "../console/console-place.ts";
import { eventually, spokenWav } from "../console/path-place.ts";
import { openBrowser } from "../portal/browser.ts";

const folder = mkdtempSync(join(tmpdir(), "browser-device-rest-"));
const microphone = join(folder, "microphone.wav");

let browser: Browser;
let place: Awaited<ReturnType<typeof startServer>>;

before(async () => {
  // A call and, a breath later, a question; again and again.
  writeFileSync(microphone, await spokenWav(["Hey computer.", "What is the volume?"], 4_000, 12_000));
  place = await startServer("", { binding: false });
  browser = await openBrowser([
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    `--use-file-for-fake-audio-capture=${microphone}`,
  ]);
});
after(async () => {
  await browser?.close();
  await place?.stop();
  rmSync(folder, { recursive: true });
});

async function open({ board = "", width = 1280, dark = false } = {}) {
  const context = await browser.newContext({
    permissions: ["microphone"],
    locale: "en",
    viewport: { width, height: 850 },
    colorScheme: dark ? "dark" : "light",
  });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const faults: string[] = [];
  page.on("pageerror", ({ message }) => faults.push(message));
  await page.goto(`${place.url}device/`);
  if (board !== "") await page.selectOption("#board", board);
  return { page, faults, close: () => context.close() };
}

const idle = `#device[data-state="idle"]`;

test("called by the sound of its name alone, the device listens, and answers what was asked then", async () => {
  const { page, faults, close } = await open();
  await page.click("#power");
  await page.waitForSelector(idle);
  await page.check("#phrase");
  // It may be called in the middle of a question, which then comes again with the next round of the recording.
  await page
    .locator("#lines li.heard", { hasText: /what('s| is) the volume/ })
    .first()
    .waitFor({ timeout: 150_000 });
  await picture(page, "device-called");
  assert.deepEqual(faults, []);
  await close();
});

test("on a telephone, in the dark, the page fits; and the keyboard alone begins a conversation", async () => {
  const { page, faults, close } = await open({ board: "waveshare-lcd-1.85", width: 390, dark: true });
  await page.locator("#power").focus();
  await page.keyboard.press("Enter");
  await page.waitForSelector(idle);
  await page.locator("#talk").focus();
  await page.keyboard.press("Space");
  await page.waitForSelector(`#device[data-state="listening"]`);
  await picture(page, "device-phone");
  assert.ok((await overhang(page)) <= 0);
  assert.deepEqual(await barriers(page), []);
  assert.deepEqual(faults, []);
  await close();
});

test("a board's other buttons can be pressed: those for the volume change it", async () => {
  const { page, faults, close } = await open({ board: "bread-compact-wifi/ssd1306-128x64" });
  await page.click("#power");
  await page.waitForSelector(idle);
  const louder = page.getByRole("button", { name: "Volume up" });
  const ink = () =>
    page.evaluate<number>(`(() => {
      const screen = document.querySelector("#screen");
      const { data } = screen.getContext("2d").getImageData(0, 0, screen.width, screen.height);
      return data.reduce((sum, value, at) => (sum * 31 + value * (at % 7)) % 1000003, 7);
    })()`);
  const before = await ink();
  await louder.click({ delay: 100 });
  await eventually("the screen shows the volume", 10_000, async () => ((await ink()) !== before ? true : undefined));
  await picture(page, "device-buttons");
  assert.equal(await page.getByRole("button", { name: "Volume down" }).count(), 1);
  assert.equal(await page.getByRole("button", { name: "Second button to talk" }).count(), 1);
  assert.deepEqual(faults, []);
  await close();
});
