import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { buildIfChanged } from "../../../cli/console/build.ts";
import type { VirtualDevice } from "../../../simulator/device.ts";
import { openBrowser } from "../portal/browser.ts";
import {
  barriers,
  countLoaded,
  type Look,
  openConsole,
  overhang,
  picture,
  startDevice,
  startServer,
  visit,
} from "./console-place.ts";

const ADA = { name: "Ada", email: "ada@home.lan", password: "a long sentence" };
const DESK: Look = { language: "en", theme: "light", width: 1280 };
const LOOKS: readonly Look[] = [
  DESK,
  { language: "en", theme: "dark", width: 390 },
  { language: "zh", theme: "light", width: 390 },
  { language: "zh", theme: "dark", width: 1280 },
];

let browser: Browser;
let place: Awaited<ReturnType<typeof startServer>>;
let device: VirtualDevice | undefined;
let agent = "";

before(async () => {
  await buildIfChanged();
  [browser, place] = await Promise.all([openBrowser(), startServer()]);
});
after(async () => {
  device?.close();
  await browser?.close();
  await place?.stop();
});

async function logIn(page: Page, [email, password, button]: readonly [string, string, string]): Promise<void> {
  await page.getByLabel(email, { exact: true }).fill(ADA.email);
  await page.getByLabel(password, { exact: true }).fill(ADA.password);
  await page.getByRole("button", { name: button, exact: true }).click();
  await page.locator("#main-content").waitFor();
}

const IN_ENGLISH = ["E-mail address", "Password", "Log in"] as const;
const IN_CHINESE = ["电子邮箱", "密码", "登录"] as const;

test("the first page is small, and who comes first makes the administrator's account", async () => {
  const { page, faults, close } = await openConsole(browser, "about:blank", DESK);
  const loaded = await countLoaded(page);
  await page.goto(place.url);
  await page.getByRole("heading", { name: "Welcome to XiaoZhi" }).waitFor();
  const door = await loaded();
  assert.ok(door > 10_000 && door < 80 * 1024, `${door} bytes before the login`);
  await picture(page, "first-start");
  assert.deepEqual(await barriers(page), []);
  await page.getByLabel("Name").fill(ADA.name);
  await page.getByLabel("E-mail address").fill(ADA.email);
  await page.getByLabel("Password", { exact: true }).fill("short");
  await page.getByLabel("Password again").fill("short");
  await page.getByRole("button", { name: "Create administrator" }).click();
  await page.getByText("at least 10 characters").first().waitFor();
  await page.getByLabel("Password", { exact: true }).fill(ADA.password);
  await page.getByLabel("Password again").fill(ADA.password);
  await page.getByRole("button", { name: "Create administrator" }).click();
  await page.getByText("No device yet").waitFor();
  const all = await loaded();
  assert.ok(all < 350 * 1024, `${all} bytes until the first list`);
  assert.deepEqual(faults, []);
  await close();
});

test("a wrong password is refused in words, in both languages", async () => {
  const { page, close } = await openConsole(browser, place.url, { ...DESK, language: "zh" });
  await page.getByLabel("电子邮箱").fill(ADA.email);
  await page.getByLabel("密码", { exact: true }).fill("wrong sentence");
  await page.getByRole("button", { name: "登录", exact: true }).click();
  await page.getByText("邮箱或密码不正确。").waitFor();
  await picture(page, "login-refused-zh");
  assert.deepEqual(await barriers(page), []);
  await page.getByRole("button", { name: "Switch to English" }).click();
  await page.getByRole("heading", { name: "Log in to XiaoZhi" }).waitFor();
  await close();
});

test("a dialog that was opened while its list was still being read stays open, with what was typed", async () => {
  const { page, faults, close } = await openConsole(browser, place.url, DESK);
  await logIn(page, IN_ENGLISH);
  for (const [list, button, field, text, none] of [
    ["devices", "Bind a device", "Six digits", "123456", "No device yet"],
    ["firmware", "Upload", "Board", "my-box", "No firmware yet"],
    ["documents", "Add documents", "Name", "House rules", "No document yet"],
  ] as const) {
    const answer = Promise.withResolvers<void>();
    await page.route(new RegExp(`/api/${list}\\?`), async (route) => {
      await answer.promise;
      await route.continue();
    });
    await page.goto("about:blank");
    await page.goto(`${place.url}#/${list}`);
    await page.locator("#main-content").getByRole("button", { name: button, exact: true }).click();
    const input = page.getByRole("dialog").getByLabel(field);
    await input.fill(text);
    answer.resolve();
    await page.getByText(none).waitFor();
    assert.equal(await input.inputValue(), text);
    await page.unrouteAll({ behavior: "wait" });
  }
  assert.deepEqual(faults, []);
  await close();
});

test("a device is bound by the code that it tells, gets an assistant, and the prompt is changed", async () => {
  const { page, faults, close } = await openConsole(browser, place.url, DESK);
  await logIn(page, IN_ENGLISH);
  const started = startDevice(place.url);
  device = started.device;
  await page.getByRole("button", { name: "Bind a device" }).click();
  await page.getByLabel("Six digits").fill(await started.code);
  await page.getByLabel("Name").fill("Kitchen");
  await page.getByRole("button", { name: "Bind", exact: true }).click();
  await page.getByText("Kitchen").first().waitFor();
  await device.reached("idle");

  await visit(page, place.url, "agents/create");
  await page.getByLabel("Name").fill("Chef");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("textbox", { name: "Prompt", exact: true }).fill("You are a chef.");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Element updated").waitFor();
  const rows = await page.evaluate<{ rows: { id: string; settings: object }[] }>(
    "fetch('/api/agents').then((answer) => answer.json())",
  );
  agent = rows.rows[0]?.id ?? "";
  assert.deepEqual(rows.rows[0]?.settings, { prompt: "You are a chef." });

  await visit(page, place.url, `devices/${device.mac.toLowerCase()}`);
  await page.getByLabel("Assistant").click();
  await page.getByRole("option", { name: "Chef" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Element updated").waitFor();
  await visit(page, place.url, "devices");
  await page.getByRole("cell", { name: "Chef" }).waitFor();
  await page.getByRole("checkbox", { name: /Kitchen/ }).check();
  await page.getByRole("button", { name: "Do with all" }).click();
  await page.getByRole("heading", { name: "Do with one device" }).waitFor();
  assert.deepEqual(faults, []);
  await close();
});

for (const look of LOOKS) {
  const name = `${look.language}-${look.theme}-${look.width}`;
  test(`${name}: every page fits the screen and keeps nobody out`, async () => {
    const { page, faults, close } = await openConsole(browser, place.url, look);
    await logIn(page, look.language === "zh" ? IN_CHINESE : IN_ENGLISH);
    const mac = device?.mac.toLowerCase() ?? "";
    for (const where of placesOf(mac)) {
      await visit(page, place.url, where);
      await picture(page, `${name}-${where.replaceAll(/[^\w]+/g, "_")}`);
      assert.deepEqual(await barriers(page), [], where);
      assert.ok((await overhang(page)) <= 0, where);
    }
    assert.deepEqual(faults, []);
    await close();
  });
}

function placesOf(mac: string): readonly string[] {
  const ofAgent = ["", "/stages", "/plugins", "/memory", "/mcp", "/voices", "/words", "/more", "/snapshots"].map(
    (tab) => `agents/${agent}${tab}`,
  );
  return [
    "devices",
    `devices/${mac}`,
    ...["show", "show/tools", "show/facts"].map((tab) => `devices/${mac}/${tab}`),
    "agents",
    "agents/create",
    ...ofAgent,
    "sessions",
    "templates",
    "templates/create",
    "models",
    "models/create",
    "documents",
    "parameters",
    "parameters/create",
    "users",
    "users/create",
    "audit",
    "firmware",
    "server",
    "account",
  ];
}
