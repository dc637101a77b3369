import type { DeviceMessage, DevicePlan, PageMessage } from "../../host-server/browser-device/messages.ts";
import { RealClock } from "../../simulator/clock.ts";
import type { DeviceLogLine } from "../../simulator/device/log-lines.ts";
import { JsonStore } from "../../simulator/device/settings-store.ts";
import { VirtualDevice } from "../../simulator/device.ts";
import { HostNetwork } from "../../simulator/host-network.ts";
import { PhraseFinder } from "../wake/phrase-finder.ts";
import { boardButtons } from "./board-buttons.ts";
import { LiveMicrophone } from "./live-microphone.ts";
import { LiveSpeaker } from "./live-speaker.ts";
import { PictureFeed } from "./picture-feed.ts";

/** A page gets what has changed on screen and light so often. */
const FEED_MS = 50;

const TALK = /^talk (heard|tool|said) (.*)$/s;

/** A device whose microphone, speaker, screen, light and button are a page's. */
export class BrowserDevice {
  readonly #send: (message: DeviceMessage | Uint8Array) => void;
  readonly #board: string;
  readonly #microphone = new LiveMicrophone();
  readonly #device: VirtualDevice;
  readonly #pictures: PictureFeed;
  readonly #feed: NodeJS.Timeout;
  #finder: PhraseFinder | undefined;
  #light = "";
  #screen = "";
  #buttons = "";

  /** @throws SimulatorError when there is no such board */
  constructor({ board, otaUrl, mac, settingsFile }: DevicePlan, send: (message: DeviceMessage | Uint8Array) => void) {
    this.#send = send;
    this.#board = board;
    this.#device = new VirtualDevice({
      board,
      mac,
      clock: new RealClock(),
      network: new HostNetwork(),
      config: { otaUrl, logsTalk: true },
      store: new JsonStore(settingsFile),
      microphone: this.#microphone,
      speaker: new LiveSpeaker(send),
      onLog: (line) => this.#tell(line),
      onState: (state) => send({ type: "state", state }),
    });
    this.#pictures = new PictureFeed(this.#device.hardware.screen);
    this.#device.start();
    send({ type: "ready", board, mac });
    this.#feed = setInterval(() => this.#show(), FEED_MS);
  }

  hear(pcm: Int16Array): void {
    this.#microphone.push(pcm);
    if (this.#device.state === "idle") this.#finder?.hear(pcm);
  }

  async take(message: PageMessage): Promise<void> {
    const device = this.#device;
    if (message.type === "press") device.press(message.pin);
    else if (message.type === "release") device.release(message.pin);
    else if (message.type === "wake") this.#wake();
    else if (message.type === "restart") device.restart();
    else await this.#listenFor(message.phrase);
  }

  async close(): Promise<void> {
    clearInterval(this.#feed);
    this.#device.close();
    this.#microphone.close();
    await this.#finder?.close();
  }

  /** By the detector where the board has one, else as if somebody had clicked. */
  #wake(phrase?: string): void {
    const device = this.#device;
    if (device.state !== "idle") return;
    if (!device.hardware.wakeWord.isListening || !device.wake(phrase)) device.click();
  }

  async #listenFor(phrase: string | undefined): Promise<void> {
    const former = this.#finder;
    this.#finder = undefined;
    await former?.close();
    if (phrase === undefined) return this.#send({ type: "phrase" });
    try {
      this.#finder = await PhraseFinder.open(phrase, this.#device.clock, {
        onFound: () => this.#wake(phrase),
        onError: ({ message }) => this.#send({ type: "phrase", error: message }),
      });
      this.#send({ type: "phrase", phrase });
    } catch (error) {
      this.#send({ type: "phrase", error: (error as Error).message });
    }
  }

  #tell({ level, text }: DeviceLogLine): void {
    const [, who, json = ""] = TALK.exec(text) ?? [];
    if (who === undefined) return this.#send({ type: "log", level, text });
    const value: unknown = JSON.parse(json);
    // Servers show the name of a tool in the place of what was heard.
    if (who === "heard" && String(value).startsWith("% ")) return;
    this.#send({ type: "talk", who: who as "heard", text: who === "tool" ? nameOf(value) : String(value) });
  }

  #show(): void {
    const { screen, pixels } = this.#device.hardware;
    const { width, height } = screen.size;
    const told = JSON.stringify([width, height]);
    if (width > 0 && told !== this.#screen) {
      this.#screen = told;
      this.#send({ type: "screen", width, height, isRound: screen.isRound });
    }
    const picture = this.#pictures.take();
    if (picture) this.#send(picture);
    const colors = (pixels?.colors ?? []).map(({ red, green, blue }) => [red, green, blue] as const);
    const light = JSON.stringify(colors);
    if (light !== this.#light) this.#send({ type: "light", colors });
    this.#light = light;
    this.#showButtons();
  }

  /** Those that a board has beside the first, which is to talk. */
  #showButtons(): void {
    const { pins, hasGlass } = this.#device;
    const others = pins.inputs.slice(1);
    const told = JSON.stringify([others, hasGlass]);
    if (told === this.#buttons) return;
    this.#buttons = told;
    this.#send({ type: "buttons", others: boardButtons(this.#board, others), hasGlass });
  }
}

/** What a tool call was, in words. */
function nameOf(value: unknown): string {
  const { name = "", arguments: given } = value as { name?: string; arguments?: unknown };
  return `${name} ${JSON.stringify(given ?? {})}`;
}
