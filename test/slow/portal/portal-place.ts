import { mkdirSync } from "node:fs";
import type { Duplex } from "node:stream";
import type { Browser, Page } from "playwright-core";
import { RealClock } from "../../../simulator/clock.ts";
import type { AirNetwork } from "../../../simulator/device/air.ts";
import { VirtualDevice } from "../../../simulator/device.ts";
import { PortalNetwork } from "../../../simulator/portal-network.ts";

/** Where the pictures of a run are: to be looked at. */
export const PICTURES = new URL("../../../.build/portal/", import.meta.url).pathname;

/** A network that says at which port of this computer the device's page is. */
class KnownPortalNetwork extends PortalNetwork {
  readonly port: Promise<number>;
  #tell: (port: number) => void = () => {};

  constructor() {
    super(0);
    this.port = new Promise((resolve) => {
      this.#tell = resolve;
    });
  }

  override async listen(host: string, port: number, onConnection: (stream: Duplex) => void) {
    const listening = await super.listen(host, port, onConnection);
    this.#tell(listening.port);
    return listening;
  }
}

/** What a failed test has left open. */
const open = new Set<VirtualDevice>();

/** For after each test: a device would keep the process alive. */
export function closeDevices(): void {
  for (const device of open) device.close();
  open.clear();
}

/** A device without a network, among those of `air`, and the address of its page. */
export async function createPortal(air: readonly AirNetwork[]) {
  const network = new KnownPortalNetwork();
  const device = new VirtualDevice({
    clock: new RealClock(),
    network,
    config: { otaUrl: "http://127.0.0.1:9/" },
    air,
  });
  open.add(device);
  device.start();
  return { device, wifi: device.hardware.wifi, url: `http://127.0.0.1:${await network.port}/` };
}

export interface PhoneOptions {
  readonly width: number;
  readonly height: number;
  readonly locale: string;
  readonly isDark?: boolean;
}

/** A phone that shows the device's page; what goes wrong in the page is in `faults`. */
export async function openPhone(browser: Browser, url: string, options: PhoneOptions) {
  const { width, height, locale, isDark = false } = options;
  const colorScheme = isDark ? "dark" : "light";
  const context = await browser.newContext({ viewport: { width, height }, locale, colorScheme, hasTouch: true });
  const page = await context.newPage();
  page.setDefaultTimeout(45_000);
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("dialog", (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url);
  await page.waitForSelector("#near button");
  return { page, faults, close: () => context.close() };
}

/** Pixels by which the page is wider than the phone: 0, or one has to push it to and fro. */
export function overhang(page: Page): Promise<number> {
  return page.evaluate<number>("document.documentElement.scrollWidth - window.innerWidth");
}

export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: `${PICTURES}${name}.png`, fullPage: true });
}
