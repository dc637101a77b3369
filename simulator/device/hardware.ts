import type { Clock } from "../../protocol/clock.ts";
import { Microphone } from "../audio/microphone.ts";
import { Speaker } from "../audio/speaker.ts";
import { usualChips } from "../chips/usual-chips.ts";
import type { Network } from "../network.ts";
import type { InfraredFlash } from "../twins/node/infrared.ts";
import type { NetStatus } from "../twins/node/network/net-status.ts";
import type { Traffic } from "../twins/node/network/traffic.ts";
import type { PixelFrame } from "../twins/node/pixels.ts";
import type { AirNetwork } from "./air.ts";
import { FirmwareSlot } from "./firmware-slot.ts";
import { I2cBuses } from "./i2c-buses.ts";
import { PinBank } from "./pin-bank.ts";
import { ScreenImage, type ScreenShape } from "./screen-image.ts";
import { SerialLine } from "./serial-line.ts";
import { MemoryStore, type SettingsStore } from "./settings-store.ts";
import { WakeWordChip } from "./wake-word-chip.ts";
import { WifiChip } from "./wifi-chip.ts";

export interface HardwareOptions {
  clock: Clock;
  network: Network;
  mac: string;
  store?: SettingsStore;
  microphone?: Microphone;
  speaker?: Speaker;
  /** Chips on its I2C buses; by default all that the firmware has drivers for. */
  i2c?: I2cBuses;
  /** Of the screen, for boards of the simulator; 240 x 240 by default. */
  screen?: ScreenShape;
  /** What `Net.get` answers beyond the MAC address. */
  status?: Partial<NetStatus>;
  /** What the camera sees, as a JPEG file. */
  photo?: Uint8Array;
  /** What is free of its memory, where it can say so. */
  freeHeapBytes?: number;
  /** The wireless networks around it; with them it begins in none. Without, somebody has connected it already. */
  air?: readonly AirNetwork[];
}

/** What a device consists of beside its processor, and what stays when it restarts. */
export class Hardware {
  readonly clock: Clock;
  readonly network: Network;
  readonly freeHeapBytes: number | undefined;
  readonly store: SettingsStore;
  readonly microphone: Microphone;
  readonly speaker: Speaker;
  readonly pins = new PinBank();
  readonly i2c: I2cBuses;
  /** The cable to a computer. */
  readonly serial: SerialLine;
  readonly wakeWord = new WakeWordChip();
  readonly screen: ScreenImage;
  readonly firmwareSlot = new FirmwareSlot();
  readonly status: NetStatus;
  readonly wifi: WifiChip;
  readonly traffic: Traffic = { opened: 0, sentBytes: 0, receivedBytes: 0 };
  /** What its pixels show now; undefined before the device has set them. */
  pixels: PixelFrame | undefined;
  /** What its infrared LEDs have sent. */
  readonly infrared: InfraredFlash[] = [];

  /** What the camera sees, as a JPEG file; undefined: nothing; "broken": it does not answer at all. */
  photo: Uint8Array | "broken" | undefined;

  constructor(options: HardwareOptions) {
    this.clock = options.clock;
    this.network = options.network;
    this.freeHeapBytes = options.freeHeapBytes;
    this.store = options.store ?? new MemoryStore();
    this.microphone = options.microphone ?? new Microphone();
    this.speaker = options.speaker ?? new Speaker();
    this.serial = new SerialLine(this.clock);
    this.screen = new ScreenImage(options.screen);
    this.i2c = options.i2c ?? new I2cBuses(usualChips(this.screen));
    const connected = { IP: "10.0.0.2", SSID: "simulator", RSSI: -50, CHANNEL: 6, DNS: ["10.0.0.1"] };
    this.photo = options.photo;
    this.status = { MAC: options.mac, ...(options.air ? {} : connected), ...options.status };
    this.wifi = new WifiChip({ clock: this.clock, status: this.status, networks: options.air ?? [] });
  }
}
