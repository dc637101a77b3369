import { mkdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Browser, Page, Request } from "playwright-core";
import { systemClock } from "../../../host-server/clock.ts";
import { loadConfig } from "../../../host-server/config/load.ts";
import { createLog } from "../../../host-server/log.ts";
import { providers } from "../../../host-server/providers/registry.ts";
import { createServer } from "../../../host-server/server.ts";
import { openStorage } from "../../../host-server/storage/storage.ts";
import { OTA_PATH } from "../../../protocol/ota.ts";
import { VirtualDevice } from "../../../simulator/device.ts";
import { HostNetwork } from "../../../simulator/host-network.ts";

/** Where the pictures of a run are: to be looked at. */
export const PICTURES = new URL("../../../.build/console-pictures/", import.meta.url).pathname;

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/**
 * A server on ports of its own that nobody has used yet, whose devices must be bound unless said otherwise.
 *
 * @param yaml its configuration
 */
export async function startServer(yaml = "", { binding = true } = {}) {
  const folder = await mkdtemp(join(tmpdir(), "xiaozhi-console-"));
  const env = {
    XIAOZHI_SERVER_PORT: "0",
    XIAOZHI_SERVER_HTTP_PORT: "0",
    XIAOZHI_SERVER_HTTPS_PORT: "0",
    XIAOZHI_SERVER_DISCOVERY: "false",
    XIAOZHI_MCP_ENDPOINT_SERVER_PORT: "0",
    XIAOZHI_CONSOLE_BINDING: String(binding),
  };
  const path = join(folder, ".config.yaml");
  await writeFile(path, yaml);
  const { config } = loadConfig({ path, env, providers });
  const log = createLog({ level: "silent" });
  const storage = await openStorage({ url: "", file: ":memory:", clock: systemClock, log });
  const options = { config, clock: systemClock, log, storage, dataDirectory: folder };
  const server = createServer(options);
  await server.start();
  const stop = async () => {
    await server.stop();
    await storage.close();
    await rm(folder, { recursive: true });
  };
  return { server, storage, folder, url: `http://127.0.0.1:${server.ports.http}/`, stop };
}

/** A device that calls this server, and the code that it tells. */
export function startDevice(url: string) {
  let tell: (code: string) => void = () => {};
  const code = new Promise<string>((resolve) => {
    tell = resolve;
  });
  const device = new VirtualDevice({
    clock: systemClock,
    network: new HostNetwork(),
    config: { otaUrl: new URL(OTA_PATH, url).href },
    onLog: ({ text }) => {
      const found = /alert.*?(\d{6})/.exec(text)?.[1];
      if (found) tell(found);
    },
  });
  device.start();
  return { device, code };
}

export interface Look {
  readonly language: "en" | "zh";
  readonly theme: "light" | "dark";
  readonly width: number;
}

/** A browser that looks so; what goes wrong in its page is in `faults`. */
export async function openConsole(browser: Browser, url: string, { language, theme, width }: Look) {
  const locale = language === "zh" ? "zh-CN" : "en-US";
  const context = await browser.newContext({ viewport: { width, height: 850 }, locale, colorScheme: theme });
  const page = await context.newPage();
  page.setDefaultTimeout(45_000);
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (line) => {
    if (/Content Security Policy|Warning:/.test(line.text())) faults.push(line.text());
  });
  await page.goto(url);
  return { page, context, faults, close: () => context.close() };
}

/** Has a browser ask for gzip, as proxies do, and gives what it has loaded so far, in bytes as they came. */
export async function countLoaded(page: Page): Promise<() => Promise<number>> {
  await page.setExtraHTTPHeaders({ "Accept-Encoding": "gzip" });
  const sizes: Promise<number>[] = [];
  page.on("response", (response) => {
    const size = response.finished().then(async () => (await response.request().sizes()).responseBodySize);
    // What is read for ever, as the live view is, has no size.
    sizes.push(size.catch(() => 0));
  });
  return async () => (await Promise.all(sizes)).reduce((sum, bytes) => sum + bytes, 0);
}

/** Nothing may be asked for this long, until a page counts as loaded. */
const QUIET_MS = 300;

/** Goes to a place of the console, and waits until it shows what it has. */
export async function visit(page: Page, url: string, place: string): Promise<void> {
  // From an empty page: else what is still there of the last one would do.
  await page.goto("about:blank");
  let open = 0;
  let quietSince = performance.now();
  const count = (change: number) => (request: Request) => {
    if (request.url().endsWith("/live")) return;
    open += change;
    quietSince = performance.now();
  };
  const [asked, answered] = [count(1), count(-1)];
  page.on("request", asked).on("requestfinished", answered).on("requestfailed", answered);
  await page.goto(`${url}#/${place}`);
  await page.locator("#main-content :is(.MuiPaper-root, .RaEmpty-message, h2)").first().waitFor();
  while (open > 0 || performance.now() - quietSince < QUIET_MS) await page.waitForTimeout(QUIET_MS / 4);
  page.off("request", asked).off("requestfinished", answered).off("requestfailed", answered);
  await settled(page);
}

/** Waits for what has just appeared and may still be fading in: colours would be measured on the way. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(`Promise.all(document.getAnimations()
    .filter((one) => Number.isFinite(one.effect.getComputedTiming().endTime))
    .map((one) => one.finished.catch(() => {})))`);
}

/** @param name may begin with a folder */
export async function picture(page: Page, name: string, { isWhole = true } = {}): Promise<void> {
  mkdirSync(dirname(`${PICTURES}${name}`), { recursive: true });
  await page.screenshot({ path: `${PICTURES}${name}.png`, fullPage: isWhole });
}

/** Pixels by which the page is wider than the screen: 0, or one has to push it to and fro. */
export function overhang(page: Page): Promise<number> {
  return page.evaluate<number>("document.documentElement.scrollWidth - window.innerWidth");
}

/** What keeps people out who cannot see well or use no mouse, as far as a program finds it. */
export async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate<string[]>(`axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
    violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => id + ": " + nodes[0].html.slice(0, 200)))`);
}
