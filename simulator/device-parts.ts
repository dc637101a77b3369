import type { Clock } from "../protocol/clock.ts";
import { Microphone } from "./audio/microphone.ts";
import { Speaker } from "./audio/speaker.ts";
import type { Network } from "./network.ts";
import { PinBank } from "./pin-bank.ts";
import { MemoryStore, type SettingsStore } from "./settings-store.ts";
import { createAudioIn } from "./twins/node/audio-in.ts";
import { createAudioOut } from "./twins/node/audio-out.ts";
import { createNetStatus, type NetStatus } from "./twins/node/net-status.ts";
import type { TwinCall, TwinHost, TwinPart } from "./twins/node/part.ts";
import { createPins } from "./twins/node/pins.ts";
import { createPixels, type PixelFrame } from "./twins/node/pixels.ts";
import { createRandomSource } from "./twins/node/random-source.ts";
import { createSettings } from "./twins/node/settings.ts";
import { createTcp, type TcpCounters } from "./twins/node/tcp.ts";
import { createTime } from "./twins/node/time.ts";
import { createTimers } from "./twins/node/timers.ts";

export interface HardwareOptions {
  clock: Clock;
  network: Network;
  mac: string;
  store?: SettingsStore;
  microphone?: Microphone;
  speaker?: Speaker;
  /** What `Net.get` answers beyond the MAC address. */
  status?: Partial<NetStatus>;
}

/** What a device consists of beside its processor, and what stays when it restarts. */
export class Hardware {
  readonly clock: Clock;
  readonly network: Network;
  readonly store: SettingsStore;
  readonly microphone: Microphone;
  readonly speaker: Speaker;
  readonly pins = new PinBank();
  readonly status: NetStatus;
  readonly traffic: TcpCounters = { opened: 0, sentBytes: 0, receivedBytes: 0 };
  /** What its pixels show now; undefined before the device has set them. */
  pixels: PixelFrame | undefined;

  constructor(options: HardwareOptions) {
    this.clock = options.clock;
    this.network = options.network;
    this.store = options.store ?? new MemoryStore();
    this.microphone = options.microphone ?? new Microphone();
    this.speaker = options.speaker ?? new Speaker();
    const connected = { IP: "10.0.0.2", SSID: "simulator", RSSI: -50, CHANNEL: 6, DNS: ["10.0.0.1"] };
    this.status = { MAC: options.mac, ...connected, ...options.status };
  }
}

export interface PartsOptions {
  hardware: Hardware;
  /** Different for each start of the device. */
  salt: string;
  onOffset: (ms: number) => void;
  onFault: (text: string) => void;
}

/** The Node sides of all twins of one running device. */
export class Parts {
  readonly #parts: TwinPart[];
  readonly #calls = new Map<string, TwinCall>();

  constructor(host: TwinHost, options: PartsOptions) {
    const { hardware } = options;
    this.#parts = [
      createTimers(host),
      createTime(host, { onOffset: options.onOffset }),
      createRandomSource(host, options.salt),
      createNetStatus(host, hardware.network, hardware.status),
      createTcp(host, hardware.network, hardware.traffic),
      createSettings(hardware.store),
      createAudioIn(host, hardware.microphone),
      createAudioOut(host, hardware.speaker, options.onFault),
      createPins(host, hardware.pins),
      createPixels((frame) => {
        hardware.pixels = frame;
      }),
    ];
    for (const part of this.#parts) {
      for (const [name, call] of Object.entries(part.calls)) this.#calls.set(name, call);
    }
  }

  call(name: string, ...values: unknown[]): unknown {
    const call = this.#calls.get(name);
    if (!call) throw new Error(`no twin answers "${name}"`);
    return call(...values);
  }

  close(): void {
    for (const part of this.#parts) part.close();
  }
}
