import type { OtaServerTime } from "../../protocol/ota.ts";
import { log } from "../system/log.ts";
import { isReal } from "../system/real-time.ts";

export interface WallClockOptions {
  /** ms since the epoch. */
  readonly now: () => number;
  readonly set: (msSinceEpoch: number) => void;
  /** Minutes east of UTC, over a restart. */
  readonly kept: { timezoneOffset: number };
  /** Asks time servers; undefined when none answers. */
  readonly ask: () => Promise<number | undefined>;
}

const MINUTE_MS = 60_000;

/** Two clocks that differ by more do not show the same time. */
const SAME_TIME_MS = 5 * MINUTE_MS;

/** No place on earth is farther from UTC. */
const MAX_OFFSET_MINUTES = 14 * 60;

/** The year 2100: no server of today means a later time. */
const LATEST_MS = 4_102_444_800_000;

/** The device's date and time: UTC, with the offset of the place beside it. */
export class WallClock {
  readonly #options: WallClockOptions;
  /** The time is from a time server, so servers of conversations are measured by it. */
  #isFromTimeServer = false;
  #asking: Promise<void> | undefined;

  constructor(options: WallClockOptions) {
    this.#options = options;
  }

  /** Makes sure that the time is known, if anybody tells it; certificates are checked by it. Never rejects. */
  learn(): Promise<void> {
    if (isReal(this.#options.now())) return Promise.resolve();
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(): Promise<void> {
    const time = await this.#options.ask();
    if (time === undefined || !isReal(time)) return;
    this.#isFromTimeServer = true;
    this.#options.set(time);
  }

  /**
   * Takes the time that a version check told. Some servers send their local time as `timestamp`, to which reference
   * devices would add the offset once more: where a time server has told better, that is noticed.
   */
  take({ timestamp, timezone_offset: offset }: OtaServerTime): void {
    const minutes = this.#offsetMinutes(offset);
    if (!isReal(timestamp) || timestamp > LATEST_MS) return log.warn("server's time ignored", { timestamp });
    const aheadMs = timestamp - this.#options.now();
    if (!this.#isFromTimeServer) return this.#options.set(timestamp);
    if (Math.abs(aheadMs) <= SAME_TIME_MS) return;
    const isLocal = minutes !== undefined && Math.abs(aheadMs - minutes * MINUTE_MS) <= SAME_TIME_MS;
    if (isLocal) log.info("server's time is its local time", { offsetMinutes: minutes });
    else log.warn("server's time differs from the time servers'", { aheadSeconds: Math.round(aheadMs / 1000) });
  }

  #offsetMinutes(offset: number | undefined): number | undefined {
    if (offset === undefined) return undefined;
    const minutes = Math.trunc(offset);
    if (Math.abs(minutes) > MAX_OFFSET_MINUTES) {
      log.warn("server's time zone ignored", { minutes });
      return undefined;
    }
    this.#options.kept.timezoneOffset = minutes;
    return minutes;
  }
}
