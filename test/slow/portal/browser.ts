import { existsSync } from "node:fs";
import chromium from "@sparticuz/chromium";
import { type Browser, chromium as engine } from "playwright-core";

/** A Chromium of the system, where there is one: it has the fonts of its user. */
const INSTALLED = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** With it the browser ends with the first of its windows. */
const SINGLE = "--single-process";

/**
 * A browser without a window: the system's, else the one that comes with the dependencies (Linux x64).
 *
 * @param more arguments of Chromium
 * @throws Error when there is none for this machine; the tests that need it fail with that
 */
export async function openBrowser(more: readonly string[] = []): Promise<Browser> {
  const installed = INSTALLED.find((path) => existsSync(path));
  const usual = installed ? [] : chromium.args.filter((arg) => arg !== SINGLE);
  const args = [...usual, "--no-sandbox", ...more];
  try {
    const executablePath = installed ?? (await chromium.executablePath());
    return await engine.launch({ executablePath, args, headless: true });
  } catch (cause) {
    throw new Error("no browser for this test: install Chromium, or run it on Linux x64", { cause });
  }
}
