import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { buildIfChanged } from "../../../cli/console/build.ts";
import { FlashImages } from "../../../host-server/flash/flash-images.ts";
import { flashFiles } from "../../host-server/flash/flash-files.ts";
import { barriers, overhang, PICTURES, startServer } from "../console/console-place.ts";
import { openBrowser } from "../portal/browser.ts";

const ID = "esp32-s3-devkit_1.2.0";
/** A name of this computer that is none of its own to a browser, as that of a server elsewhere. */
const ELSEWHERE = "box.lan";

/** A cable with a silent board at its end: what writes to it and reads from it hears nothing. */
const SILENT_BOARD = `
  const port = {
    getInfo: () => ({ usbVendorId: 0x10c4, usbProductId: 0xea60 }),
    open: async () => {},
    close: async () => {},
    setSignals: async () => {},
    readable: new ReadableStream(),
    writable: new WritableStream(),
    addEventListener: () => {},
  };
  Object.defineProperty(navigator, "serial", { value: { requestPort: async () => port, getPorts: async () => [] } });`;
const NO_SERIAL = `delete Navigator.prototype.serial;`;

let browser: Browser;
let place: Awaited<ReturnType<typeof startServer>>;

before(async () => {
  await buildIfChanged();
  [browser, place] = await Promise.all([
    openBrowser([`--host-resolver-rules=MAP ${ELSEWHERE} 127.0.0.1`]),
    startServer(),
  ]);
  await new FlashImages(place.folder).add(flashFiles());
});
after(async () => {
  await browser?.close();
  await place?.stop();
});

async function open({ script = "", locale = "en", width = 1280, host = "127.0.0.1" } = {}) {
  const context = await browser.newContext({ locale, viewport: { width, height: 850 }, ignoreHTTPSErrors: true });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const faults: string[] = [];
  page.on("pageerror", ({ message }) => faults.push(message));
  page.on("console", (line) => {
    if (/Content Security Policy/.test(line.text())) faults.push(line.text());
  });
  if (script !== "") await page.addInitScript({ content: script });
  const url = new URL("flash/", place.url);
  url.hostname = host;
  await page.goto(url.href);
  return { page, faults, url, close: () => context.close() };
}

async function look(page: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: `${PICTURES}flash-${name}.png`, fullPage: true });
  assert.deepEqual(await barriers(page), [], name);
  assert.ok((await overhang(page)) <= 0, name);
}

test("an image that is as it was signed is offered for installation, and ESP Web Tools takes it", async () => {
  const { page, faults, close } = await open({ script: SILENT_BOARD });
  await page.getByText("esp32-s3-devkit 1.2.0").waitFor();
  assert.equal(await page.textContent("#key"), new FlashImages(place.folder).key.fingerprint);
  assert.equal(await page.locator("esp-web-install-button").count(), 0, "before it is checked");
  await look(page, "en");
  await page.getByRole("button", { name: "Check and prepare" }).click();
  await page.getByText("Everything is as this server signed it").waitFor();
  await page.getByRole("button", { name: "Install", exact: true }).click();
  await page.getByText("Install XiaoZhi XS").waitFor();
  await page.screenshot({ path: `${PICTURES}flash-installer.png` });
  assert.deepEqual(faults, []);
  await close();
});

test("an image that was changed afterwards is refused, in both languages, on a telephone's screen, too", async () => {
  const file = join(place.folder, "flash", ID, "bootloader.bin");
  const was = readFileSync(file);
  writeFileSync(file, Buffer.from(was).fill(0x22, 200, 201));
  const english = await open({ script: SILENT_BOARD });
  await english.page.getByRole("button", { name: "Check and prepare" }).click();
  await english.page
    .getByText("This part is not what this server signed. Nothing will be installed: bootloader.bin")
    .waitFor();
  assert.equal(await english.page.locator("esp-web-install-button").count(), 0);
  await english.close();
  writeFileSync(file, was);

  const list = join(place.folder, "flash", ID, "manifest.json");
  const text = readFileSync(list, "utf8");
  writeFileSync(list, text.replace("XiaoZhi XS", "Something else"));
  const { page, close } = await open({ script: SILENT_BOARD, locale: "zh-CN", width: 390 });
  await page.getByRole("button", { name: "校验并准备" }).click();
  await page.getByText("清单与服务器的签名不符，不会安装。").waitFor();
  assert.equal(await page.locator("esp-web-install-button").count(), 0);
  await look(page, "zh-refused");
  await close();
  writeFileSync(list, text);
});

test("a browser without serial ports is given a command instead, whose parts are to be had", async () => {
  const { page, url, close } = await open({ script: NO_SERIAL });
  await page.getByText("This browser has no serial ports").waitFor();
  assert.equal(await page.getByRole("button", { name: "Check and prepare" }).count(), 0);
  const files = "0x0 bootloader.bin 0x8000 partition-table.bin 0xd000 ota_data_initial.bin 0x10000 xs_esp32.bin";
  await page.getByText(`esptool --chip esp32s3 --baud 460800 write_flash ${files}`).waitFor();
  const links = await page.evaluate<string[]>(`[...document.querySelectorAll("#parts a")].map(({ href }) => href)`);
  assert.equal(links.length, 4);
  for (const link of links) assert.equal((await page.request.get(link)).status(), 200, link);
  assert.ok(links.every((link) => link.startsWith(url.href)));
  await look(page, "no-serial");
  await close();
});

test("a page that is not secure says where it is, and nobody gets images who has not logged in", async () => {
  const { page, close } = await open({ host: ELSEWHERE });
  await page.getByText("Log in at the console first").waitFor();
  const refused = await page.evaluate<number>(`fetch("images/${ID}/manifest.json").then(({ status }) => status)`);
  assert.equal(refused, 401);
  const account = { name: "Ada", email: "ada@home.lan", password: "a long sentence" };
  const sent = `fetch("/api/auth/sign-up/email", { method: "POST", headers: { "Content-Type": "application/json" }, body: '${JSON.stringify(account)}' }).then(({ status }) => status)`;
  assert.equal(await page.evaluate(sent), 200);
  await page.reload();
  await page.getByText("A browser gives serial ports only to pages over HTTPS").waitFor();
  await page.getByText("esptool --chip esp32s3").waitFor();
  await page.getByRole("button", { name: "Open over HTTPS" }).click();
  const secure = page.locator("#secure-url");
  await secure.waitFor();
  await look(page, "insecure");
  const address = new URL((await secure.textContent()) ?? "");
  assert.deepEqual([address.protocol, address.pathname], ["https:", "/flash/"]);
  await close();
  // The ticket alone lets in, to a browser that has no login.
  const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: "en" });
  const other = await context.newPage();
  address.hostname = ELSEWHERE;
  await other.addInitScript({ content: SILENT_BOARD });
  await other.goto(address.href);
  await other.getByRole("button", { name: "Check and prepare" }).click();
  await other.getByText("Everything is as this server signed it").waitFor();
  await context.close();
});
