import { parseArgs } from "node:util";
import type { Browser, Page } from "playwright-core";
import { ensureConsole } from "../../cli/console/build.ts";
import { countLoaded, startServer } from "../../test/slow/console/console-place.ts";
import { openBrowser } from "../../test/slow/portal/browser.ts";
import { median, printFigures } from "../figures.ts";

const ADA = { name: "Ada", email: "ada@home.lan", password: "a long sentence" };
const DEVICES = 25;
/** Between two keys. */
const TYPING_MS = 80;
const FORM = "input[name=email]";
const LIST = "#main-content tbody tr";

const HELP = `Usage: xiaozhi bench console [--runs N]

A browser that knows nothing of the console opens it: how long until somebody can log in, from there until the list of ${DEVICES}
devices can be used, and what was loaded until then, packed with gzip. Browser and server share this machine.

  --runs N  how often, each with an empty cache  [5]`;

/** Notes when something first stands on the page, is painted, and the page listens again. */
const WATCH = `(() => {
  const seen = (window.seen = {});
  const note = (name) => requestAnimationFrame(() => setTimeout(() => (seen[name] ??= performance.now())));
  const look = () => {
    if (document.querySelector(${JSON.stringify(FORM)})) note("form");
    if (document.querySelector(${JSON.stringify(LIST)})) note("list");
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
  addEventListener("submit", () => (seen.submitted ??= performance.now()), true);
})()`;

/** When something was there first, in ms since the address was entered. */
interface Seen {
  readonly form: number;
  readonly submitted: number;
  readonly list: number;
}

interface Visit extends Seen {
  readonly bytes: number;
  readonly doorBytes: number;
}

async function fillAccount(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.evaluate(
    `(async ([account, count]) => {
      const post = (path, body) => fetch("/api/" + path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
      await post("auth/sign-up/email", account);
      for (let id = 0; id < count; id++) await post("devices", { id: "02:00:00:00:00:" + String(id).padStart(2, "0"), alias: "Device " + id });
    })(${JSON.stringify([ADA, DEVICES])})`,
  );
}

/** One visit with an empty cache. */
async function visit(browser: Browser, url: string): Promise<Visit> {
  // What waits in the page is a text to be evaluated, which the pages forbid themselves.
  const context = await browser.newContext({ locale: "en-US", bypassCSP: true });
  const page = await context.newPage();
  const loaded = await countLoaded(page);
  await page.addInitScript(WATCH);
  await page.goto(url);
  await page.waitForFunction("window.seen.form");
  const doorBytes = await loaded();
  // As a person does: what comes after is loaded meanwhile.
  await page.locator(FORM).pressSequentially(ADA.email, { delay: TYPING_MS });
  await page.locator("input[name=password]").pressSequentially(ADA.password, { delay: TYPING_MS });
  await page.locator("button[type=submit]").click();
  await page.waitForFunction("window.seen.list");
  const seen = await page.evaluate<Seen>("window.seen");
  const bytes = await loaded();
  await context.close();
  return { ...seen, bytes, doorBytes };
}

/** `xiaozhi bench console`: how soon the console can be used. */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { runs: { type: "string", default: "5" }, help: { type: "boolean" } },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const runs = Number(values.runs);
  if (!Number.isSafeInteger(runs) || runs < 1 || runs > 100) {
    console.error(`xiaozhi bench console: --runs: expected a number from 1 to 100, got "${values.runs}"`);
    return 2;
  }
  await ensureConsole();
  const [browser, place] = await Promise.all([openBrowser(), startServer()]);
  try {
    const first = await browser.newContext();
    await fillAccount(await first.newPage(), place.url);
    await first.close();
    const visits: Visit[] = [];
    for (let round = 0; round < runs; round++) visits.push(await visit(browser, place.url));
    print(visits);
  } finally {
    await browser.close();
    await place.stop();
  }
  return 0;
}

function print(visits: readonly Visit[]): void {
  const times = (name: string, all: readonly number[]) => ({
    name,
    value: `${Math.min(...all).toFixed(0)} / ${median(all).toFixed(0)} ms`,
  });
  const size = (name: string, all: readonly number[]) => ({ name, value: `${(median(all) / 1024).toFixed(0)} KB` });
  printFigures(`The console in a browser with an empty cache: least and median of ${visits.length}`, [
    {
      ...times(
        "Address entered → login form usable",
        visits.map(({ form }) => form),
      ),
      target: "1500 ms",
    },
    {
      ...times(
        "Logged in → list usable",
        visits.map(({ list, submitted }) => list - submitted),
      ),
      target: "1500 ms",
    },
    size(
      "Loaded before the login, gzip",
      visits.map(({ doorBytes }) => doorBytes),
    ),
    {
      ...size(
        "Loaded until the list, gzip",
        visits.map(({ bytes }) => bytes),
      ),
      target: "350 KB",
    },
  ]);
}
