import type { JsonObject } from "../manifest.ts";
import { createAudioIn } from "../twins/node/audio-in.ts";
import { createAudioOut } from "../twins/node/audio-out.ts";
import { createCamera } from "../twins/node/camera.ts";
import { createCiphers } from "../twins/node/ciphers.ts";
import { createI2c } from "../twins/node/i2c.ts";
import { createInfrared } from "../twins/node/infrared.ts";
import { createNetStatus } from "../twins/node/network/net-status.ts";
import { createTcp } from "../twins/node/network/tcp.ts";
import { createTls } from "../twins/node/network/tls.ts";
import { createUdp } from "../twins/node/network/udp.ts";
import { createWifi } from "../twins/node/network/wifi.ts";
import { createP256 } from "../twins/node/p256.ts";
import type { TwinCall, TwinHost, TwinPart } from "../twins/node/part.ts";
import { createPins } from "../twins/node/pins.ts";
import { createPixels } from "../twins/node/pixels.ts";
import { createPlatform } from "../twins/node/platform.ts";
import { createRandomSource } from "../twins/node/random-source.ts";
import { createInflate } from "../twins/node/screen/inflate.ts";
import { createJpeg } from "../twins/node/screen/jpeg.ts";
import { createPoco } from "../twins/node/screen/poco.ts";
import { createScreen } from "../twins/node/screen/screen.ts";
import { createSerial } from "../twins/node/serial.ts";
import { createSettings } from "../twins/node/settings.ts";
import { createSystem } from "../twins/node/system.ts";
import { createTime } from "../twins/node/time.ts";
import { createTimers } from "../twins/node/timers.ts";
import { createUpdate } from "../twins/node/update.ts";
import { createWakeWord } from "../twins/node/wake-word.ts";
import type { Hardware } from "./hardware.ts";

export interface PartsOptions {
  hardware: Hardware;
  /** Different for each start of the device. */
  salt: string;
  /** The manifest's C constants. */
  defines: JsonObject;
  onOffset: (ms: number) => void;
  onUtcOffset: (seconds: number) => void;
  onFault: (text: string) => void;
  onRestart: () => void;
}

/** The Node sides of all twins of one running device. */
export class Parts {
  readonly #parts: TwinPart[];
  readonly #calls = new Map<string, TwinCall>();

  constructor(host: TwinHost, options: PartsOptions) {
    const { hardware } = options;
    this.#parts = [
      createTimers(host),
      createTime(host, options),
      createSystem(host, options.onRestart),
      createRandomSource(host, options.salt),
      createCiphers(),
      createP256(),
      createNetStatus(host, hardware.network, hardware.status),
      createTcp(host, hardware.network, hardware.traffic),
      createTls(host),
      createUdp(host, hardware.network, hardware.traffic),
      createSettings(hardware.store),
      createUpdate(hardware.firmwareSlot),
      createAudioIn(host, hardware.microphone),
      createAudioOut(host, hardware.speaker, options.onFault),
      createPins(host, hardware.pins),
      createI2c(hardware.i2c),
      createSerial(host, hardware.serial),
      createWakeWord(host, hardware.wakeWord),
      createWifi(host, hardware.wifi),
      createPlatform(hardware),
      createPoco(),
      createJpeg(),
      createInflate(),
      createScreen(hardware.screen, options.defines),
      createCamera(hardware),
      createInfrared((flash) => hardware.infrared.push(flash)),
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
