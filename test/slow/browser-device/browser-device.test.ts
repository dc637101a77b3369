import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { synthesize } from "../../../cli/speech.ts";
import { writeWav } from "../../../host-server/audio/wav.ts";
import { systemClock } from "../../../host-server/clock.ts";
import { loadConfig } from "../../../host-server/config/load.ts";
import { createLog } from "../../../host-server/log.ts";
import { providers } from "../../../host-server/providers/registry.ts";
import { createServer, type Server } from "../../../host-server/server.ts";
import { openBrowser } from "../portal/browser.ts";

const folder = mkdtempSync(join(tmpdir(), "browser-device-"));
const microphone = join(folder, "microphone.wav");
const recording = join(folder, "recording.wav");

const { config } = loadConfig({
  path: "",
  providers,
  env: {
    XIAOZHI_SERVER_IP: "127.0.0.1",
    XIAOZHI_SERVER_PORT: "0",
    XIAOZHI_SERVER_HTTP_PORT: "0",
    XIAOZHI_SERVER_HTTPS_PORT: "0",
    XIAOZHI_SERVER_DISCOVERY: "false",
  },
});

let server: Server;
let browser: Browser;

/** A sentence after a pause, and a longer one behind it: Chromium plays its file again and again. */
async function saved(file: string, text: string, beforeMs: number, afterMs: number): Promise<void> {
  const { pcm, sampleRate } = await synthesize(text);
  const at = (beforeMs * sampleRate) / 1000;
  const whole = new Int16Array(at + pcm.length + (afterMs * sampleRate) / 1000);
  whole.set(pcm, at);
  writeFileSync(file, writeWav({ pcm: whole, sampleRate, channels: 1 }));
}

before(async () => {
  await saved(microphone, "Set the volume to eighty", 3000, 20_000);
  await saved(recording, "What is the volume", 300, 300);
  server = createServer({ config, clock: systemClock, log: createLog({ level: "silent" }), dataDirectory: folder });
  await server.start();
  browser = await openBrowser([
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    `--use-file-for-fake-audio-capture=${microphone}`,
  ]);
});
after(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The page with a device that is ready, and how many bytes of sound it has got. */
async function openDevice(options: { microphone: boolean; board?: string; locale?: string }) {
  const permissions = options.microphone ? ["microphone"] : [];
  const context = await browser.newContext({ permissions, locale: options.locale ?? "en" });
  const page = await context.newPage();
  const heard = { bytes: 0 };
  const faults: string[] = [];
  page.on("pageerror", ({ message }) => faults.push(message));
  page.on("websocket", (socket) =>
    socket.on("framereceived", ({ payload }) => {
      if (typeof payload !== "string" && payload[0] === 1) heard.bytes += payload.length;
    }),
  );
  // Without a microphone it is refused, as by somebody who says no.
  if (!options.microphone) {
    const content = `navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));`;
    await page.addInitScript({ content });
  }
  await page.goto(`http://127.0.0.1:${server.ports.http}/device/`);
  if (options.board !== undefined) await page.selectOption("#board", options.board);
  await page.click("#power");
  await inState(page, "idle");
  return { page, heard, faults, context };
}

async function inState(page: Page, state: string): Promise<void> {
  await page.waitForSelector(`#device[data-state="${state}"]`, { timeout: 60_000 });
}

test("a person talks to the device with the microphone, and sees and hears its answer", async () => {
  const { page, heard, faults, context } = await openDevice({ microphone: true });
  await page.click("#talk", { delay: 100 });
  await page.waitForSelector("#lines li.said", { timeout: 60_000 });
  assert.equal(await page.textContent("#lines li.heard"), "set the volume to eighty");
  assert.match((await page.textContent("#lines li.tool")) ?? "", /^self\.audio_speaker\.set_volume \{"volume":80\}/);
  assert.match((await page.textContent("#lines li.said")) ?? "", /^The volume is now eighty percent/);
  await inState(page, "listening");
  assert.ok(heard.bytes > 20_000, `${heard.bytes} bytes of sound`);
  const ink = await page.evaluate<number>(
    `(() => {
    const { width, height } = screen_;
    const { data } = screen_.getContext("2d").getImageData(0, 0, width, height);
    return data.filter((value, at) => at % 4 === 0 && value < 128).length;
  })()`.replaceAll("screen_", `document.querySelector("#screen")`),
  );
  assert.ok(ink > 200, `${ink} dark pixels on the screen`);
  await page.click("#power");
  await page.waitForSelector("#device", { state: "hidden" });
  assert.deepEqual(faults, []);
  await context.close();
});

test("the page for a device of one's own shows the address as text and code, and the device that has called", async () => {
  const page = await browser.newPage({ locale: "en" });
  await page.goto(`http://127.0.0.1:${server.ports.http}/own/`);
  await page.waitForSelector("#calls li");
  assert.match((await page.textContent("#address")) ?? "", /^http:\/\/[\d.]+:\d+\/xiaozhi\/ota\/$/);
  assert.match((await page.textContent("#calls li")) ?? "", /^02:.*\(simulator /);
  assert.ok(await page.isVisible("#code"));
  assert.match(
    (await page.textContent("#away")) ?? "",
    new RegExp(`localport=${server.ports.websocket},${server.ports.http}`),
  );
  await page.close();
});

test("a phone is brought to the page over HTTPS, by a code that lets it in", async () => {
  const page = await browser.newPage({ locale: "en" });
  await page.goto(`http://127.0.0.1:${server.ports.http}/device/`);
  await page.click("#phone");
  await page.waitForSelector("#invitation");
  const url = new URL((await page.textContent("#phone-url")) ?? "");
  assert.ok(await page.isVisible("#code"));
  await page.close();
  const context = await browser.newContext({ ignoreHTTPSErrors: true, permissions: ["microphone"], isMobile: true });
  const phone = await context.newPage();
  url.hostname = "127.0.0.1";
  await phone.goto(url.href);
  await phone.click("#power");
  await inState(phone, "idle");
  assert.equal(await phone.textContent("#notice"), "", "it has a microphone");
  await context.close();
});

test("without a microphone a recording is spoken, to a board of hardware, in Chinese", async () => {
  const { page, faults, context } = await openDevice({
    microphone: false,
    board: "bread-compact-wifi-lcd/st7789-240x240",
    locale: "zh-CN",
  });
  assert.match((await page.textContent("#notice")) ?? "", /没有麦克风/);
  await page.setInputFiles("#wav", recording);
  await page.waitForSelector("#lines li.said", { timeout: 60_000 });
  assert.equal(await page.textContent("#lines li.heard"), "what is the volume");
  assert.equal(await page.textContent("#talk"), "说话");
  assert.deepEqual(faults, []);
  await context.close();
});
