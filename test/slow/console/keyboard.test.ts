import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Locator, Page } from "playwright-core";
import { buildIfChanged } from "../../../cli/console/build.ts";
import type { VirtualDevice } from "../../../simulator/device.ts";
import { openBrowser } from "../portal/browser.ts";
import { barriers, type Look, picture, settled, startDevice, visit } from "./console-place.ts";
import { AGENT, enter, startFilledServer } from "./filled-place.ts";
import { eventually } from "./path-place.ts";

const LOOKS: readonly Look[] = [
  { language: "en", theme: "light", width: 1280 },
  { language: "en", theme: "dark", width: 390 },
];
/** More than any dialog has to stop at. */
const TABS = 14;
/** A dialog, or a menu that is no part of the page. */
const WINDOW = "[role=dialog], .MuiPopover-root [role=menu]";
/** Within which the focus is back where it came from. */
const FOCUS_MS = 2_000;

let browser: Browser;
let place: Awaited<ReturnType<typeof startFilledServer>>;
let device: VirtualDevice;

before(async () => {
  await buildIfChanged();
  [browser, place] = await Promise.all([openBrowser(), startFilledServer()]);
  device = startDevice(place.url).device;
  await device.reached("idle");
});
after(async () => {
  device?.close();
  await browser?.close();
  await place?.stop();
});

/** What opens something, by where it is and how it is called. */
interface Opener {
  readonly where: string;
  readonly name: string | RegExp;
  /** Done before, so that it is there. */
  readonly first?: (page: Page) => Promise<void>;
}

async function chooseOne(page: Page): Promise<void> {
  await page
    .getByRole("checkbox", { name: /: Room/ })
    .first()
    .check();
}

function dialogs(mac: string): readonly Opener[] {
  return [
    { where: "devices", name: "Bind a device" },
    { where: "devices", name: "Do with all", first: chooseOne },
    { where: `devices/${mac}/show`, name: "Revoke access" },
    { where: `devices/${mac}/show`, name: "Unbind" },
    { where: `agents/${AGENT}`, name: "Delete" },
    { where: `agents/${AGENT}/voices`, name: /^Record/ },
    { where: `agents/${AGENT}/snapshots`, name: /^Compare/ },
    { where: "documents", name: "Add documents" },
    { where: "firmware", name: "Upload" },
    { where: "firmware", name: "Roll out" },
    { where: "firmware", name: "Take back" },
    { where: "firmware", name: "Delete" },
    { where: "users", name: /^(Ada|Profile)$/ },
  ];
}

const focusedIn = (selector: string) => `document.activeElement?.closest('${selector}') !== null`;

/** Opens something with the Enter key, walks around in it, leaves it with Escape, and gives what went wrong. */
async function walk(page: Page, opener: Locator, name: string): Promise<string[]> {
  const wrong: string[] = [];
  await opener.focus();
  await page.keyboard.press("Enter");
  const dialog = page.locator(WINDOW).last();
  await dialog.waitFor();
  await settled(page);
  await picture(page, `dialogs/${name}`, { isWhole: false });
  const isInside = () => page.evaluate<boolean>(focusedIn(WINDOW));
  if (!(await isInside())) wrong.push("the focus does not go in");
  wrong.push(...(await barriers(page)));
  // Tab leaves a menu, as it does everywhere: its entries are reached by arrows.
  const key = (await dialog.getAttribute("role")) === "menu" ? "ArrowDown" : "Tab";
  for (let tab = 0; tab < TABS; tab++) {
    await page.keyboard.press(key);
    if (!(await dialog.isVisible())) break;
    if (!(await isInside())) wrong.push(`${key} ${tab + 1} leaves it`);
  }
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  const isBack = () => opener.evaluate((element) => element === Reflect.get(globalThis, "document").activeElement);
  await eventually("the focus", FOCUS_MS, async () => (await isBack()) || undefined).catch(async () => {
    wrong.push(`the focus goes to ${await page.evaluate("document.activeElement.outerHTML.slice(0, 300)")}`);
  });
  return wrong.map((line) => `${name}: ${line}`);
}

for (const look of LOOKS) {
  test(`${look.theme}, ${look.width} wide: keys alone open, walk and leave each dialog`, async () => {
    const { page, faults, close } = await enter(browser, place.url, look);
    page.setDefaultTimeout(20_000);
    const wrong: string[] = [];
    for (const { where, name, first } of dialogs(device.mac.toLowerCase())) {
      await visit(page, place.url, where);
      await first?.(page);
      const title = `${look.theme}-${where}-${name}`.replaceAll(/[^\w]+/g, "_");
      const opener = page.getByRole("button", { name, exact: true }).first();
      wrong.push(...(await walk(page, opener, title).catch((error: Error) => [`${title}: ${error.message}`])));
    }
    assert.deepEqual(wrong, []);
    assert.deepEqual(faults, []);
    await close();
  });
}
