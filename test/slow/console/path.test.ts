import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { buildIfChanged } from "../../../cli/console/build.ts";
import { synthesize } from "../../../cli/speech.ts";
import type { VirtualDevice } from "../../../simulator/device.ts";
import { pitchOf } from "../../cli/prompts/pitch.ts";
import { firmwareImage } from "../../firmware/firmware-images.ts";
import { openBrowser } from "../portal/browser.ts";
import { openConsole, picture, startServer, visit } from "./console-place.ts";
import { BOARD, codeIn, eventually, listenTo, spokenWav, startHeardDevice, startModel, totp } from "./path-place.ts";

/**
 * What a person does from the first start to a roll-out that is taken back, in one browser, step by step: each test goes on
 * where the one before has ended.
 */
const folder = mkdtempSync(join(tmpdir(), "path-"));
const microphone = join(folder, "microphone.wav");
const QUESTION = "What is the volume";
/** Either is a good ear. */
const HEARD = /what('s| is) the volume/i;

let browser: Browser;
let place: Awaited<ReturnType<typeof startServer>>;
let model: Awaited<ReturnType<typeof startModel>>;
let console_: Awaited<ReturnType<typeof openConsole>>;
let page: Page;
let device: VirtualDevice;
let steps = 0;

before(async () => {
  await buildIfChanged();
  writeFileSync(microphone, await spokenWav([QUESTION], 6_000, 20_000));
  model = await startModel();
  place = await startServer(`llm:
  use: openai
  openai: { base_url: "${model.url}", api_key: none, model: scripted }
`);
  browser = await openBrowser([
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    `--use-file-for-fake-audio-capture=${microphone}`,
  ]);
  console_ = await openConsole(browser, place.url, { language: "en", theme: "light", width: 1280 });
  page = console_.page;
});
after(async () => {
  device?.close();
  await browser?.close();
  await place?.stop();
  model?.stop();
  rmSync(folder, { recursive: true });
});

async function look(where: Page, name: string): Promise<void> {
  steps++;
  await picture(where, `path/${String(steps).padStart(2, "0")}-${name}`);
}

async function saved(): Promise<void> {
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Element updated").waitFor();
  await page.getByText("Element updated").waitFor({ state: "hidden" });
}

function deviceCell(name: string) {
  return page.getByRole("cell").filter({ hasText: name });
}

/** In the list of devices. */
async function bind(code: string, name: string): Promise<void> {
  await visit(page, place.url, "devices");
  await page.getByRole("button", { name: "Bind a device" }).click();
  await page.getByLabel("Six digits").fill(code);
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  await look(page, `code-of-${name}`);
  await page.getByRole("button", { name: "Bind", exact: true }).click();
  await page.getByText("The device is bound.").waitFor();
  await deviceCell(name).waitFor();
}

async function giveAssistant(name: string): Promise<void> {
  await visit(page, place.url, "devices");
  await deviceCell(name).click();
  await page.getByRole("link", { name: "Edit" }).click();
  await page.getByLabel("Assistant").click();
  await page.getByRole("option", { name: "Captain" }).click();
  await saved();
}

test("the first start: whoever comes makes an account, and sees that there is no device yet", async () => {
  await page.getByRole("heading", { name: "Welcome to XiaoZhi" }).waitFor();
  await look(page, "first-start");
  await page.getByLabel("Name").fill("Ada");
  await page.getByLabel("E-mail address").fill("ada@home.lan");
  await page.getByLabel("Password", { exact: true }).fill("a long sentence");
  await page.getByLabel("Password again").fill("a long sentence");
  await page.getByRole("button", { name: "Create administrator" }).click();
  await page.getByText("No device yet").waitFor();
  await look(page, "no-device");
});

test("a device calls, and its code is heard in what it plays, and typed in", async () => {
  device = startHeardDevice(place.url);
  const code = await eventually("a code is heard", 60_000, () => codeIn(device.speaker.recording()));
  await bind(code, "Kitchen");
  await look(page, "bound");
  await device.reached("idle");
});

test("an assistant is made, with a prompt and a voice of its own, that keeps what is said with its sound", async () => {
  await visit(page, place.url, "agents/create");
  await page.getByLabel("Name").fill("Captain");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("textbox", { name: "Prompt", exact: true }).fill("You are a pirate. Be short.");
  await page.getByRole("textbox", { name: "Voice", exact: true }).fill("rms");
  await look(page, "prompt-and-voice");
  await saved();
  await page.getByRole("tab", { name: "Memory" }).click();
  await page.getByLabel("History that is kept").click();
  await page.getByRole("option", { name: "Words and sound" }).click();
  await look(page, "history-kept");
  await saved();
  await giveAssistant("Kitchen");
  await look(page, "assistant-given");
});

test("a device in the browser is bound, too, is asked by microphone, and answers as the prompt and the voice say", async () => {
  const other = await console_.context.newPage();
  other.setDefaultTimeout(60_000);
  await console_.context.grantPermissions(["microphone"], { origin: new URL(place.url).origin });
  const heard = listenTo(other);
  await other.goto(`${place.url}device/`);
  await other.click("#power");
  const code = await eventually(
    "a code is shown",
    60_000,
    async () => /\b(\d{6})\b/.exec((await other.textContent("#log")) ?? "")?.[1],
  );
  await look(other, "browser-unbound");
  await bind(code, "Browser");
  await giveAssistant("Browser");
  await other.waitForSelector(`#device[data-state="idle"]`);
  // Off and on, and the microphone begins at its beginning.
  await other.click("#power");
  await other.click("#power");
  await other.waitForSelector(`#device[data-state="idle"]`);
  heard.forget();
  await other.click("#talk", { delay: 100 });
  // A question that began before the device listened is asked again with the next round of the recording.
  const lines = other.locator("#lines li");
  await lines.filter({ hasText: HEARD }).first().waitFor({ timeout: 120_000 });
  await lines.filter({ hasText: "seven seas" }).first().waitFor();
  await other.waitForSelector(`#device[data-state="listening"]`);
  const said = (await other.locator("#lines li.said").allTextContents()).join(" ");
  assert.match(said, /Arr!? My cannons are loud enough for the seven seas/);
  await look(other, "browser-talked");
  assert.match(model.prompts.at(-1) ?? "", /You are a pirate/);
  const pitches = pitchOf(heard.sound(), heard.sampleRate).sort((a, b) => a - b);
  const pitch = pitches[pitches.length >> 1] ?? 0;
  assert.ok(pitch > 80 && pitch < 140, `a man's voice, of ${Math.round(pitch)} Hz`);
  await other.click("#power");
  await other.close();
});

test("the history shows the turn, and plays how it sounded", async () => {
  const kept = "fetch('/api/messages?perPage=10').then((answer) => answer.json()).then(({ rows }) => rows)";
  await eventually("the turn is kept", 30_000, async () => {
    const rows = await page.evaluate<{ role: string; hasAudio: boolean }[]>(kept);
    return rows.some(({ role, hasAudio }) => role === "assistant" && hasAudio) ? true : undefined;
  });
  await visit(page, place.url, "sessions");
  await look(page, "sessions");
  await page.getByRole("row").filter({ hasText: "Captain" }).first().click();
  await page.getByText(HEARD).first().waitFor();
  await page.getByText("Arr! My cannons are loud enough").first().waitFor();
  await page.getByRole("button", { name: "Listen" }).first().click();
  const heard = `(() => {
    const sound = document.querySelector("audio");
    return sound !== null && sound.duration > 0.5 && sound.currentTime > 0.2;
  })()`;
  await eventually("it is heard", 30_000, async () => (await page.evaluate<boolean>(heard)) || undefined);
  await look(page, "history");
});

/** In the list of firmware. */
async function upload(version: string): Promise<void> {
  const image = firmwareImage(40_000, { board: BOARD, version });
  await page.getByRole("button", { name: "Upload" }).first().click();
  const file = { name: "xiaozhi.bin", mimeType: "application/octet-stream", buffer: image };
  await page.getByLabel("Image or archive").setInputFiles(file);
  await page.getByRole("dialog").getByRole("button", { name: "Upload" }).click();
  await page.getByRole("cell", { name: version, exact: true }).waitFor();
}

function rowOf(version: string) {
  return page.getByRole("row").filter({ has: page.getByRole("cell", { name: version, exact: true }) });
}

/** Pulls its plug, and waits until it has called with that version. */
async function restartInto(version: string): Promise<void> {
  device.restart();
  const seen = async () => {
    const rows = await page.evaluate<{ rows: { alias: string; version: string }[] }>(
      "fetch('/api/devices').then((answer) => answer.json())",
    );
    return rows.rows.some((row) => row.alias === "Kitchen" && row.version === version) ? true : undefined;
  };
  await eventually(`the device has ${version}`, 60_000, seen);
  await device.reached("idle");
}

test("firmware is uploaded and rolled out, and the device installs it", async () => {
  await visit(page, place.url, "firmware");
  await upload("0.1.0");
  await upload("0.2.0");
  await look(page, "uploaded");
  await rowOf("0.2.0").getByRole("button", { name: "Roll out" }).click();
  await page.getByRole("slider").press("End");
  await page.getByText("100 % of the devices of this board").waitFor();
  await look(page, "roll-out");
  await page.getByRole("dialog").getByRole("button", { name: "Roll out" }).click();
  await page.getByText("The roll-out has begun.").waitFor();
  await restartInto("0.2.0");
  assert.equal(device.hardware.firmwareSlot.trial, "valid");
  await visit(page, place.url, "firmware");
  await rowOf("0.2.0").getByText("1 of 1 devices have it").waitFor();
  await look(page, "rolled-out");
});

test("the roll-out is taken back, and the device goes back", async () => {
  await rowOf("0.2.0").getByRole("button", { name: "Take back" }).click();
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText("The firmware is taken back.").waitFor();
  await restartInto("0.1.0");
  await visit(page, place.url, "firmware");
  await rowOf("0.2.0").getByText("Taken back").first().waitFor();
  await look(page, "taken-back");
  await visit(page, place.url, "devices");
  await deviceCell("Kitchen").waitFor();
  await look(page, "devices");
  assert.deepEqual(console_.faults, []);
});
test("what an assistant was is compared with what it is, and brought back", async () => {
  await visit(page, place.url, "agents");
  await page.getByRole("cell").filter({ hasText: "Captain" }).first().click();
  await page.getByRole("tab", { name: "Versions" }).click();
  await page.getByRole("listitem").filter({ hasText: "Version 1" }).getByRole("button", { name: "Compare" }).click();
  const row = page.getByRole("dialog").getByRole("row").filter({ hasText: "prompt" });
  await row.getByRole("cell", { name: "You are a pirate. Be short." }).waitFor();
  await look(page, "compared");
  await page.getByRole("button", { name: "Restore" }).click();
  await page.getByText("Restored.").waitFor();
  await page.getByRole("tab", { name: "Who it is" }).click();
  const prompt = page.getByRole("textbox", { name: "Prompt", exact: true });
  await eventually("the prompt is empty again", 20_000, async () =>
    (await prompt.inputValue()) === "" ? true : undefined,
  );
  await look(page, "restored");
});

test("something is done with all devices at once, and each says what became of it", async () => {
  device.click();
  await device.reached("listening");
  await visit(page, place.url, "devices");
  await page.getByRole("checkbox", { name: "Select all" }).check();
  await page.getByRole("button", { name: "Do with all" }).click();
  await page.getByLabel("Text").fill("Dinner is ready.");
  await page.getByRole("button", { name: "Start" }).click();
  await page.getByText("1 of 2 done.").waitFor();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("row").filter({ hasText: device.mac.toLowerCase() }).getByText("Done").waitFor();
  await dialog.getByText("The device is not connected.").waitFor();
  await look(page, "all-at-once");
});

test("a device that somebody speaks to is seen to hear", async () => {
  await visit(page, place.url, `devices/${device.mac.toLowerCase()}/show`);
  await device.reached("listening", "idle");
  if (device.state === "idle") device.click();
  await device.reached("listening");
  const { pcm, sampleRate } = await synthesize("What is the volume, and what is the weather like where you are today?");
  const level = "[...document.querySelectorAll('meter')].some(({ value }) => value > 2)";
  const loud = eventually("a level is seen", 20_000, async () => (await page.evaluate<boolean>(level)) || undefined);
  await device.microphone.say(pcm, sampleRate);
  await loud;
  await page.getByText("User").first().waitFor();
  await look(page, "live");
});

test("a second factor is switched on, and asked for at the next login", async () => {
  await visit(page, place.url, "account");
  const form = page.locator("form").filter({ has: page.getByRole("button", { name: "Switch on" }) });
  await form.getByLabel("Current password").fill("a long sentence");
  await form.getByRole("button", { name: "Switch on" }).click();
  const link = (await page.getByRole("link", { name: "Open in an app" }).getAttribute("href")) ?? "";
  const secret = new URL(link).searchParams.get("secret") ?? "";
  await look(page, "second-factor-key");
  await page.getByLabel("Code of the app").fill(totp(secret, Date.now()));
  await page.getByRole("button", { name: "Verify" }).click();
  await page.getByText("The second factor is on.").waitFor();
  const again = await openConsole(browser, place.url, { language: "en", theme: "light", width: 390 });
  await again.page.getByLabel("E-mail address").fill("ada@home.lan");
  await again.page.getByLabel("Password", { exact: true }).fill("a long sentence");
  await again.page.getByRole("button", { name: "Log in", exact: true }).click();
  await again.page.getByRole("heading", { name: "Second factor" }).waitFor();
  await look(again.page, "second-factor-asked");
  await again.page.getByLabel("Code").fill(totp(secret, Date.now()));
  await again.page.getByRole("button", { name: "Verify" }).click();
  await again.page.locator("#main-content").waitFor();
  assert.deepEqual(again.faults, []);
  await again.close();
});
