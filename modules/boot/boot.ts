import type { Cancel, Clock } from "../../protocol/clock.ts";
import { isNewerVersion, type OtaActivation, type OtaAnswer, type OtaFirmware } from "../../protocol/ota.ts";
import type { StateMachine } from "../session/state-machine.ts";
import { detached } from "../system/contained.ts";
import { log, reason } from "../system/log.ts";
import type { Words } from "../system/words.ts";
import type { WallClock } from "../time/wall-clock.ts";
import { offerOf } from "../upgrade/upgrade.ts";
import { Activation } from "./activation.ts";
import type { Settings } from "./settings.ts";

export interface BootOptions {
  readonly machine: StateMachine;
  readonly settings: Settings;
  readonly clock: Clock;
  /** Of the firmware. */
  readonly version: string;
  readonly check: () => Promise<OtaAnswer>;
  /** Asks the server whether the user has entered the code; gives the status of its answer. */
  readonly activate: (challenge: string) => Promise<number>;
  /** Installs firmware and restarts; gives false when the device goes on with what it has. */
  readonly upgrade: (offer: OtaFirmware) => Promise<boolean>;
  /** A server has answered, and nothing is to be installed: this firmware works. */
  readonly onChecked: () => void;
  readonly words: Words;
  /** A line that the user should see. */
  readonly onAlert: (text: string, picture?: string) => void;
  /** The user is to enter this code elsewhere; the server's text says where. */
  readonly onCode?: ((code: string, text: string) => void) | undefined;
  readonly wallClock: Pick<WallClock, "learn" | "take">;
  /** The settings say where the server is: after each answer, and when the device starts without one. */
  readonly onServer: () => void;
}

const MAX_ATTEMPTS = 10;
const FIRST_DELAY_MS = 10_000;

/** A user who clicks again and again shall not flood the server. */
const RECHECK_MS = 30_000;

/**
 * From power on to ready: asks the server where to connect, patiently, then goes idle. A device whose server is down
 * starts with what the last answer said.
 */
export class Boot {
  readonly #options: BootOptions;
  readonly #activation: Activation;
  #attempt = 0;
  #shownCode: string | undefined;
  #isDone = false;
  #cancelRetry: Cancel | undefined;
  /** ms of the clock. */
  #recheckAfter = 0;

  constructor(options: BootOptions) {
    this.#options = options;
    this.#activation = new Activation({ clock: options.clock, ask: options.activate });
  }

  /** The device is in a network: now, or anew. */
  start(): void {
    const { machine } = this.#options;
    if (machine.state === "unknown") machine.move("starting");
    machine.move("activating");
    this.#cancelRetry?.();
    this.#isDone = false;
    this.#attempt = 0;
    this.#dropAssets();
    this.#try();
  }

  /** Erased before it is used, so that assets that break the device are not loaded again and again. */
  #dropAssets(): void {
    const { settings } = this.#options;
    const url = settings.assetsUrl;
    if (url === "") return;
    settings.assetsUrl = "";
    log.warn("assets not downloaded, this board has no partition for them", { url });
  }

  /** A press of the button while waiting for the next attempt: make it now. */
  hurry(): void {
    this.#activation.hurry();
    if (!this.#cancelRetry) return;
    this.#cancelRetry();
    this.#cancelRetry = undefined;
    this.#try();
  }

  /** The server that the settings name is not to be reached: asks again, unless that is under way. */
  recheck(): void {
    const { clock } = this.#options;
    if (!this.#isDone || this.#cancelRetry || clock.now() < this.#recheckAfter) return;
    this.#recheckAfter = clock.now() + RECHECK_MS;
    this.#attempt = 0;
    this.#try();
  }

  #try(): void {
    this.#attempt++;
    this.#cancelRetry = undefined;
    const work = this.#options.check().then(
      (answer) => this.#apply(answer),
      (error: unknown) => this.#failed(error),
    );
    detached("boot", work);
  }

  #failed(error: unknown): void {
    const { clock, settings, wallClock } = this.#options;
    if (this.#attempt >= MAX_ATTEMPTS) {
      log.error("version check given up", { attempts: this.#attempt, reason: reason(error) });
      return this.#ready();
    }
    const delay = FIRST_DELAY_MS * 2 ** (this.#attempt - 1);
    log.warn("version check failed", { attempt: this.#attempt, retryMs: delay, reason: reason(error) });
    this.#cancelRetry = clock.schedule(delay, () => this.#try());
    detached("clock", wallClock.learn());
    // Someone who has talked with this device before need not wait for the server's version check.
    if (settings.server && !this.#isDone) this.#ready();
  }

  #apply({ websocket, server_time: time, firmware, mqtt, activation }: OtaAnswer): void {
    const { wallClock, onChecked } = this.#options;
    if (time) wallClock.take(time);
    else detached("clock", wallClock.learn());
    this.#takeServer(websocket, mqtt);
    if (!firmware || !this.#isWanted(firmware)) {
      onChecked();
      return this.#proceed(activation);
    }
    const work = this.#options.upgrade(firmware).then((isInstalled) => {
      if (!isInstalled) this.#proceed(activation);
    });
    detached("upgrade", work);
  }

  /** Newer firmware, or one that the server insists on; not while the user talks, and no second time in vain. */
  #isWanted({ url, version, force }: OtaFirmware): boolean {
    const { settings, machine, version: running } = this.#options;
    if (!url || !(force === 1 || isNewerVersion(version, running))) return false;
    if (!settings.takesFirmware) {
      log.info("newer firmware not wanted", { version });
      return false;
    }
    if (offerOf({ url, version }) === settings.installedFirmware) {
      log.warn("firmware offered that was installed and does not run", { version, running });
      return false;
    }
    if (machine.state === "activating" || machine.state === "idle") return true;
    log.info("newer firmware waits for the next start", { version });
    return false;
  }

  #proceed(activation: OtaActivation | undefined): void {
    if (activation?.code || activation?.challenge) this.#activate(activation);
    else this.#ready();
  }

  /** A server that does not know the device gives a code for the user; the next check says whether it was entered. */
  #activate({ code, message = "", challenge }: OtaActivation): void {
    if (code && code !== this.#shownCode) {
      this.#shownCode = code;
      const text = message.split("\n").join(" ");
      const { words, onAlert, onCode } = this.#options;
      onAlert(words.activation(text.includes(code) ? text : `${text} ${code}`.trim()), "link");
      onCode?.(code, message);
    }
    // Someone already talks with this device: the code is shown, and nobody has to wait for it.
    if (this.#isDone) return;
    this.#attempt = 0;
    const work = this.#activation.run(challenge).then(() => this.#try());
    detached("activation", work);
  }

  /** A server that offers both prefers MQTT, behind TLS or not. */
  #takeServer(websocket: OtaAnswer["websocket"], mqtt: OtaAnswer["mqtt"]): void {
    const { settings, onServer } = this.#options;
    const hasMqtt = mqtt !== undefined && typeof mqtt["endpoint"] === "string" && mqtt["endpoint"] !== "";
    if (websocket) settings.setWebsocket(websocket);
    if (hasMqtt) settings.setMqtt(mqtt);
    if (hasMqtt || websocket) settings.useTransport(hasMqtt ? "mqtt" : "websocket");
    // The first time, the device is ready first.
    if (this.#isDone) onServer();
  }

  #ready(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#options.machine.move("idle");
    this.#options.onServer();
  }
}
