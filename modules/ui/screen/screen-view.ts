import type { Cancel } from "../../../protocol/clock.ts";
import type { ToDevice } from "../../../protocol/to-device.ts";
import type { DeviceState } from "../../session/states.ts";
import type { NetworkStep, ThemeName, View, ViewParts } from "../view.ts";
import { isTiny } from "./layout.ts";
import type { Screen } from "./screen.ts";
import { type ScreenTexts, screenTexts } from "./screen-texts.ts";

/** So long a notification takes the place of the status; one of the network, until there is something else. */
const NOTICE_MS = 3000;
const NETWORK_NOTICE_MS = 30_000;
/** After so long at rest the status is the time; what changes by itself is looked at as often. */
const TICK_MS = 10_000;
/** Pixels of a screen whose lines hold a name, and nothing beside it. */
const NARROW = 200;
/** An alert outside of a conversation stays so long. */
const ALERT_MS = 30_000;
/** 2025-01-01: before, the device does not know the time. */
const KNOWN_TIME_MS = 1_735_689_600_000;
/** dBm from which the signal has three bars, and two. */
const FULL_RSSI = -65;
const HALF_RSSI = -75;

/** Where there is no answer yet. */
const RESTING: readonly DeviceState[] = Object.freeze(["idle", "connecting", "listening"] as const);

function signalOf(rssi: number | undefined): number {
  if (rssi === undefined) return 0;
  if (rssi >= FULL_RSSI) return 3;
  return rssi >= HALF_RSSI ? 2 : 1;
}

function clockText(localMs: number): string {
  return new Date(localMs).toISOString().slice(11, 16);
}

/** What the screen shows when: states, words and faces, notifications, the time of a device at rest. */
export class ScreenView implements View {
  readonly #screen: Screen;
  readonly #parts: ViewParts;
  readonly #texts: ScreenTexts;
  #state: DeviceState = "unknown";
  /** The device has been at rest for a while. */
  #isClock = false;
  #notification: string | undefined;
  #isLow = false;
  #cancelTick: Cancel | undefined;
  #cancelNotification: Cancel | undefined;
  #cancelAlert: Cancel | undefined;

  constructor(screen: Screen, parts: ViewParts) {
    this.#screen = screen;
    this.#parts = parts;
    this.#texts = screenTexts(parts.language);
    this.#refresh();
    this.#tick();
  }

  get width(): number {
    return this.#screen.shape.width;
  }

  get height(): number {
    return this.#screen.shape.height;
  }

  get isMonochrome(): boolean {
    return this.#screen.isMonochrome;
  }

  get theme(): ThemeName | undefined {
    return this.#screen.isMonochrome ? undefined : this.#screen.theme;
  }

  useTheme(name: ThemeName): void {
    this.#screen.theme = name;
  }

  showState(state: DeviceState): void {
    this.#state = state;
    this.#isClock = false;
    this.#endNotification();
    if (RESTING.includes(state)) this.#screen.showEmotion("neutral");
    if (state === "idle" || state === "connecting") this.#clearChat();
    if (state === "upgrading") this.showUpgrade(0);
    else if (state !== "activating" && state !== "wifi_configuring") this.#screen.showNotice(undefined);
    this.#refresh();
    this.#tick();
  }

  attend(message: ToDevice): void {
    if (message.type === "stt") this.#say("user", message.text);
    else if (message.type === "llm") this.#screen.showEmotion(message.emotion);
    else if (message.type === "tts" && message.state === "sentence_start" && message.text) {
      this.#say("assistant", message.text);
    }
  }

  showAlert(text: string, picture?: string): void {
    if (picture !== undefined) {
      this.#screen.showEmotion(picture);
      this.#screen.showNotice(undefined);
    }
    this.#say("system", text);
    this.#cancelAlert = this.#parts.clock.schedule(ALERT_MS, () => this.#endAlert());
  }

  showVolume(percent: number): void {
    this.#notify(percent === 0 ? this.#texts.muted : `${this.#texts.volume}${percent}%`);
  }

  showBrightness(percent: number): void {
    this.#notify(`${this.#texts.brightness}${percent}%`);
  }

  showCode(code: string, text: string): void {
    // The code is drawn large: it need not stand in the text, too.
    const rest = text.split(code).join("").trim();
    this.#screen.showNotice({ kind: "code", code, text: rest === "" ? this.#texts.activate : rest });
  }

  showSetup(hotspot: string, url: string): void {
    // What phones take for "join this network"; its name is escaped as they want it.
    const content = `WIFI:T:nopass;S:${hotspot.replace(/[\\;,:"]/g, "\\$&")};;`;
    this.#screen.showNotice({
      kind: "qr",
      content,
      // Where a line is short, every word has to be worth it.
      text: `${this.width < NARROW || this.#screen.shape.isRound ? "" : this.#texts.hotspot}${hotspot}\n${url.replace("http://", "")}`,
    });
  }

  showNetwork(step: NetworkStep, ssid = ""): void {
    this.#notify(`${this.#texts.network[step]}${ssid}`, step === "joined" ? NOTICE_MS : NETWORK_NOTICE_MS);
  }

  showUpgrade(percent: number): void {
    const { upgrading, states } = this.#texts;
    const text = isTiny(this.#screen.shape) ? (states.upgrading ?? "") : upgrading;
    this.#screen.showNotice({ kind: "progress", percent, text });
  }

  showPicture(file: Uint8Array): Promise<void> {
    return this.#screen.showPicture(file);
  }

  snapshot(quality: number): Uint8Array {
    return this.#screen.snapshot(quality);
  }

  showBattery(percent: number, isCharging: boolean): void {
    const isLow = percent <= 0 && !isCharging;
    this.#screen.showBar({ battery: percent, isCharging });
    if (isLow && !this.#isLow) this.showAlert(this.#texts.lowBattery, "warning");
    else if (!isLow && this.#isLow) this.#endAlert();
    this.#isLow = isLow;
  }

  #say(role: "system" | "user" | "assistant", text: string): void {
    this.#cancelAlert?.();
    this.#cancelAlert = undefined;
    this.#screen.showChat(role, text);
  }

  /** Of an alert in a conversation nothing is taken away: what is said next takes its place. */
  #endAlert(): void {
    if (this.#state !== "idle" || this.#isLow) return;
    this.#screen.showEmotion("neutral");
    this.#clearChat();
  }

  #clearChat(): void {
    this.#say("system", "");
  }

  #notify(text: string, ms = NOTICE_MS): void {
    this.#notification = text;
    this.#refresh();
    this.#cancelNotification?.();
    this.#cancelNotification = this.#parts.clock.schedule(ms, () => {
      this.#endNotification();
      this.#refresh();
    });
  }

  #endNotification(): void {
    this.#notification = undefined;
    this.#cancelNotification?.();
    this.#cancelNotification = undefined;
  }

  #tick(): void {
    this.#cancelTick?.();
    this.#cancelTick = this.#parts.clock.schedule(TICK_MS, () => {
      this.#isClock = this.#state === "idle";
      this.#refresh();
      this.#tick();
    });
  }

  #refresh(): void {
    const { volume, rssi } = this.#parts;
    this.#screen.showBar({ text: this.#status, signal: signalOf(rssi()), isMuted: volume() === 0 });
  }

  get #status(): string {
    if (this.#notification !== undefined) return this.#notification;
    const now = this.#isClock ? this.#parts.localTime() : 0;
    return now >= KNOWN_TIME_MS ? clockText(now) : (this.#texts.states[this.#state] ?? "");
  }
}
