import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { openBrowser } from "./browser.ts";
import { closeDevices, createPortal, openPhone, overhang, picture } from "./portal-place.ts";

const HOME = { ssid: "Home", password: "correct horse", rssi: -48 };
const CAFE = { ssid: 'Café "Zum 🦊" \\ <b>家</b>', rssi: -52 };
const SCRIPT = { ssid: "<img src=x onerror=alert(1)>'\"", rssi: -55 };
const LONG = { ssid: "W".repeat(32), password: "12345678", rssi: -58 };
const HIDDEN = { ssid: "secret 🤫", password: "12345678", isHidden: true };
const CROWD = Array.from({ length: 46 }, (_, index) => ({ ssid: `网络 ${index} 🛜`, rssi: -60 - (index % 30) }));
const AIR = [HOME, CAFE, SCRIPT, LONG, HIDDEN, ...CROWD];

/** A small phone of today, and one of long ago. */
const PHONE = { width: 390, height: 844, locale: "en-US" };
const NARROW = { width: 320, height: 568, locale: "en-US" };

let browser: Browser;
before(async () => {
  browser = await openBrowser();
});
after(() => browser?.close());
afterEach(closeDevices);

/** Chooses a network of the list, or types its name, and gives what the page says in the end. */
async function join(page: Page, ssid: string, password: string): Promise<string> {
  const entry = page.locator("#near button").filter({ has: page.getByText(ssid, { exact: true }) });
  if ((await entry.count()) > 0) await entry.first().click();
  else await page.fill("#ssid", ssid);
  assert.equal(await page.inputValue("#ssid"), ssid);
  await page.fill("#password", password);
  await page.click("#join .main");
  await page.waitForFunction("!document.querySelector('#join .main').disabled");
  return (await page.textContent("#status")) ?? "";
}

for (const [name, options] of [
  ["phone", PHONE],
  ["narrow-dark", { ...NARROW, isDark: true }],
  ["narrow-zh", { ...NARROW, locale: "zh-CN" }],
] as const) {
  test(`${name}: fifty networks are listed, strongest first, and nothing is wider than the screen`, async () => {
    const { url } = await createPortal(AIR);
    const { page, faults, close } = await openPhone(browser, url, options);
    const names = await page.locator("#near button span:first-child").allTextContents();
    assert.equal(names.length, AIR.length - 1);
    assert.deepEqual(names.slice(0, 4), [HOME.ssid, CAFE.ssid, SCRIPT.ssid, LONG.ssid]);
    assert.ok((await overhang(page)) <= 0);
    await page.click("summary");
    assert.ok((await overhang(page)) <= 0);
    await picture(page, name);
    assert.deepEqual(faults, []);
    await close();
  });
}

test("a phone in Chinese gets Chinese, one in another language English, and both may change it", async () => {
  const { url } = await createPortal([HOME]);
  const chinese = await openPhone(browser, url, { ...PHONE, locale: "zh-CN" });
  assert.equal(await chinese.page.textContent("h1"), "小智：网络配置");
  assert.equal(await chinese.page.getAttribute("html", "lang"), "zh-CN");
  await chinese.page.click("#lang");
  assert.equal(await chinese.page.textContent("h1"), "XiaoZhi: network");
  await chinese.close();
  const french = await openPhone(browser, url, { ...PHONE, locale: "fr-FR" });
  assert.equal(await french.page.textContent("h1"), "XiaoZhi: network");
  assert.deepEqual(french.faults, []);
  await french.close();
});

test("a wrong password, one that is too short, a vanished network: the page says what it was, in both languages", async () => {
  const { wifi, url } = await createPortal(AIR);
  const { page, faults, close } = await openPhone(browser, url, PHONE);
  assert.equal(await join(page, HOME.ssid, "battery staple"), "The network refused the password.");
  await picture(page, "wrong-password");
  assert.equal(await join(page, HOME.ssid, "short"), "The password needs 8 to 64 characters.");
  wifi.vanish(HOME.ssid);
  assert.equal(await join(page, HOME.ssid, HOME.password), "The network cannot be reached.");
  await page.click("#lang");
  assert.equal(await join(page, HOME.ssid, HOME.password), "无法连接到该网络。");
  assert.deepEqual(await page.locator("#saved li").count(), 0);
  assert.deepEqual(faults, []);
  await close();
});

test("names with quotes, emoji and markup are joined as they are, and shown as text", async () => {
  const { wifi, url } = await createPortal(AIR);
  const { page, faults, close } = await openPhone(browser, url, NARROW);
  for (const { ssid } of [CAFE, SCRIPT]) {
    assert.equal(await join(page, ssid, ""), "Connected and saved. Press “Finish”.");
    assert.equal(wifi.joined, ssid);
  }
  await page.locator("#saved li").nth(1).waitFor();
  assert.deepEqual(await page.locator("#saved span").allTextContents(), [SCRIPT.ssid, CAFE.ssid]);
  assert.equal(await page.locator("img, b").count(), 0);
  assert.ok((await overhang(page)) <= 0);
  await picture(page, "saved");
  await page.getByRole("button", { name: `Prefer: ${CAFE.ssid}` }).click();
  await page.getByText("Forget").nth(1).click();
  await page.locator("#saved li").nth(1).waitFor({ state: "detached" });
  assert.deepEqual(await page.locator("#saved span").allTextContents(), [CAFE.ssid]);
  assert.deepEqual(faults, []);
  await close();
});

test("a hidden network is typed in; with Finish the page says goodbye and the device connects", async () => {
  const { device, wifi, url } = await createPortal(AIR);
  const { page, faults, close } = await openPhone(browser, url, PHONE);
  assert.equal(await join(page, HIDDEN.ssid, HIDDEN.password), "Connected and saved. Press “Finish”.");
  await page.click("#exit");
  await page.waitForSelector("#done:not([hidden])");
  await picture(page, "done");
  await device.reached("activating");
  assert.equal(wifi.joined, HIDDEN.ssid);
  assert.equal(wifi.hotspot, undefined);
  assert.deepEqual(faults, []);
  assert.equal(device.stats.crashes, 0);
  await close();
});

test("a device that goes away while the page is open: the page says so", async () => {
  const { device, url } = await createPortal([HOME]);
  const { page, close } = await openPhone(browser, url, PHONE);
  device.close();
  assert.equal(await join(page, HOME.ssid, HOME.password), "The device does not answer. Are you still in its network?");
  await close();
});

test("everything can be reached and told by name, with the keyboard alone", async () => {
  const { wifi, url } = await createPortal([HOME]);
  const { page, close } = await openPhone(browser, url, PHONE);
  const nameless = await page.evaluate<string[]>(
    "[...document.querySelectorAll('button,input')].filter(e => e.checkVisibility() && !(e.labels?.length || e.textContent.trim() || e.getAttribute('aria-label'))).map(e => e.id)",
  );
  assert.deepEqual(nameless, []);
  await page.locator("#near button").first().focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate<string>("document.activeElement.id"), "password");
  await page.keyboard.type(HOME.password);
  await page.keyboard.press("Enter");
  await page.waitForSelector("#status.good");
  assert.equal(wifi.joined, HOME.ssid);
  assert.equal(await page.evaluate<string>("document.activeElement.id"), "exit");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#done:not([hidden])");
  await close();
});
