import type { Clock } from "../../protocol/clock.ts";
import type { StateMachine } from "../session/state-machine.ts";
import { detached } from "../system/contained.ts";
import { log, reason } from "../system/log.ts";
import type { Words } from "../system/words.ts";

/** New firmware, as a server offers it or a user names it. */
export interface FirmwareOffer {
  readonly url: string;
  /** Which the image must have; a user who names only a URL takes any. */
  readonly version?: string | undefined;
  /** Of the image, 64 hexadecimal digits. */
  readonly sha256?: string | undefined;
}

/** Puts a downloaded image in place, once it was checked; tells bytes written, and bytes in all. */
export type Install = (
  offer: FirmwareOffer,
  onProgress: (doneBytes: number, allBytes: number) => void,
) => Promise<void>;

export interface UpgradeParts {
  readonly clock: Clock;
  readonly machine: StateMachine;
  /** Throws when nothing can be installed from this URL. */
  readonly check: (url: string) => void;
  readonly install: Install;
  /** Why nothing can be installed now, for example a low battery; undefined when something can. */
  readonly obstacle: () => string | undefined;
  /** What was installed last, kept over the restart. */
  readonly kept: { installedFirmware: string };
  /** Ends a conversation that is going on. */
  readonly hangUp: () => void;
  readonly words: Words;
  /** A line that the user should see. */
  readonly onAlert: (text: string, picture?: string) => void;
  /** Percent of the image. */
  readonly onProgress?: ((percent: number) => void) | undefined;
  readonly restart: () => void;
}

/** So long the user sees what is about to happen, or why it did not. */
const NOTICE_MS = 3000;
const RESTART_MS = 1000;
const ANSWER_MS = 1000;
const PROGRESS_MS = 1000;

/** Tells one offer of a server from another. */
export function offerOf({ url, version }: { readonly url: string; readonly version: string }): string {
  return `${version} ${url}`;
}

/** New firmware: the user is told, the conversation ends, the image comes, the device restarts with it. */
export class Upgrade {
  readonly #parts: UpgradeParts;
  #isRunning = false;

  constructor(parts: UpgradeParts) {
    this.#parts = parts;
  }

  /**
   * Installs the image at a URL and restarts. Gives false when that failed: the device is as it was before, and the
   * user knows why. A second one at the same time is refused.
   */
  async run(offer: FirmwareOffer): Promise<boolean> {
    const { obstacle, words, onAlert } = this.#parts;
    const why = this.#isRunning ? "one is running" : obstacle();
    if (why !== undefined) {
      log.warn(`upgrade refused, ${why}`, { url: offer.url });
      if (!this.#isRunning) onAlert(words.upgradeRefused(why));
      return false;
    }
    this.#isRunning = true;
    try {
      return await this.#run(offer);
    } finally {
      this.#isRunning = false;
    }
  }

  /**
   * For a tool: checks the URL, and begins once the answer had time to leave.
   *
   * @throws UrlError naming the URL
   */
  request(url: string): void {
    this.#parts.check(url);
    this.#parts.clock.schedule(ANSWER_MS, () => detached("upgrade", this.run({ url })));
  }

  async #run(offer: FirmwareOffer): Promise<boolean> {
    const { url, version } = offer;
    const { machine, hangUp, words, onAlert, restart } = this.#parts;
    hangUp();
    onAlert(words.upgradeBegins(version), "download");
    await this.#wait(NOTICE_MS);
    const before = machine.state === "activating" ? "activating" : "idle";
    hangUp();
    if (!machine.move("upgrading")) return false;
    try {
      await this.#parts.install(offer, this.#progress());
      if (version !== undefined) this.#parts.kept.installedFirmware = offerOf({ url, version });
      onAlert(words.upgradeDone);
      await this.#wait(RESTART_MS);
      restart();
      return true;
    } catch (error) {
      onAlert(words.upgradeFailed(reason(error)), "cancel");
      await this.#wait(NOTICE_MS);
      machine.move(before);
      return false;
    }
  }

  /** Percent and speed, each second and at the end. */
  #progress(): (doneBytes: number, allBytes: number) => void {
    const { clock, words, onAlert, onProgress } = this.#parts;
    let shownAt = clock.now();
    let shownBytes = 0;
    return (done, all) => {
      const ms = clock.now() - shownAt;
      if (ms < PROGRESS_MS && done < all) return;
      const kilobytesPerSecond = Math.round((done - shownBytes) / Math.max(1, ms));
      shownAt = clock.now();
      shownBytes = done;
      const percent = Math.floor((done * 100) / all);
      onAlert(words.upgradeProgress(percent, kilobytesPerSecond));
      onProgress?.(percent);
    };
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#parts.clock.schedule(ms, () => resolve());
    });
  }
}
