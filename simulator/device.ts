import type { Clock } from "../protocol/clock.ts";
import type { Microphone } from "./audio/microphone.ts";
import type { Speaker } from "./audio/speaker.ts";
import { TouchChip } from "./chips/touch-chip.ts";
import { flash, isFlashed } from "./device/flash.ts";
import { Hardware, type HardwareOptions } from "./device/hardware.ts";
import { type DeviceLogLine, parseLog, stateIn } from "./device/log-lines.ts";
import { Parts } from "./device/parts.ts";
import type { PinBank } from "./device/pin-bank.ts";
import { SimulatorError, XsError } from "./errors.ts";
import { type Firmware, type FirmwareOptions, loadFirmware } from "./firmware.ts";
import { Machine, type MachineStats, type Value } from "./machine.ts";
import type { JsonObject } from "./manifest.ts";
import { Random } from "./random.ts";
import type { Traffic } from "./twins/node/network/traffic.ts";

/** What the devices of this ecosystem are called by, unless they were given another name. */
const WAKE_WORD = "ni hao xiao zhi";

/** What a board needs from its reset to the first line of the program, in milliseconds. */
const BOOT_MS = 600;

export interface DeviceOptions extends Omit<HardwareOptions, "mac"> {
  /** For logs and errors; by default the MAC address. */
  name?: string;
  /** A board's folder name or path; default "simulator". Without effect when `firmware` is given. */
  board?: string;
  /** Configuration values that win over the manifest's. Without effect when `firmware` is given. */
  config?: JsonObject;
  firmware?: Firmware;
  /** The build that an installed image is; by default every image is the build that the device began with. */
  firmwareOf?: (image: Uint8Array) => Firmware;
  /** Decides all random numbers of the device and, without `mac`, its address. */
  seed?: number;
  mac?: string;
  /** What the program may use beyond what is in flash on a device; by default the manifest's sizes. */
  budget?: { chunkBytes?: number; slots?: number };
  /** Steps that one callback may take before it counts as an endless loop. */
  meterLimit?: number;
  /** IPv4 "address:port" of a listening debugger (xsbug); while it has stopped the program, the whole process stops. */
  debugger?: string;
  /** Whether a device whose program failed starts again, as hardware does. Default true. */
  reboots?: boolean;
  onLog?: (line: DeviceLogLine, device: VirtualDevice) => void;
  onState?: (state: string, device: VirtualDevice) => void;
}

export interface DeviceStats {
  /** Of the program that runs now, or ran last. */
  heap: MachineStats | undefined;
  traffic: Traffic;
  /** How often the program was started. */
  starts: number;
  /** How often it failed: an exception that nobody caught, or memory that ran out. */
  crashes: number;
  /** Samples that the microphone gave and the speaker played. */
  heardSamples: number;
  playedSamples: number;
  underruns: number;
}

/** Of the chips that FocalTech makes for touch. */
const TOUCH_ADDRESS = 0x38;

/** One device: the firmware on its own XS machine, with hardware, settings and a network that the simulator plays. */
export class VirtualDevice {
  readonly name: string;
  readonly hardware: Hardware;
  readonly #options: DeviceOptions;
  /** The build that it runs. */
  firmware: Firmware;
  readonly #original: Firmware;
  readonly #seed: number;
  #machine: Machine | undefined;
  #parts: Parts | undefined;
  /** By which Node calls the program that runs. */
  #program: number | undefined;
  #lastHeap: MachineStats | undefined;
  #clockOffset: number;
  #starts = 0;
  #crashes = 0;
  #state = "off";
  #isClosed = false;
  #watchers = new Set<(state: string) => void>();
  /** Why the program ended last. */
  failure: Error | undefined;

  constructor(options: DeviceOptions) {
    this.#options = options;
    this.#seed = options.seed ?? 1;
    this.#original = options.firmware ?? loadFirmware(buildOptions(options));
    this.firmware = this.#original;
    const mac = options.mac ?? macOf(this.#seed);
    this.hardware = new Hardware({ ...options, mac });
    this.name = options.name ?? mac;
    // Without a battery a device starts at the epoch, until a server tells it the time.
    this.#clockOffset = -options.clock.now();
  }

  /** The state that the firmware has logged last; "off" before it has. */
  get state(): string {
    return this.#state;
  }

  get mac(): string {
    return this.hardware.status.MAC;
  }

  get clock(): Clock {
    return this.hardware.clock;
  }

  get microphone(): Microphone {
    return this.hardware.microphone;
  }

  get speaker(): Speaker {
    return this.hardware.speaker;
  }

  get pins(): PinBank {
    return this.hardware.pins;
  }

  /** Whether a program is running: not before `start`, after `close`, and while it reboots. */
  get isRunning(): boolean {
    return this.#machine !== undefined;
  }

  get stats(): DeviceStats {
    const { traffic, microphone, speaker } = this.hardware;
    return {
      heap: this.#machine && !this.#machine.isClosed ? this.#machine.stats : this.#lastHeap,
      traffic: { ...traffic },
      starts: this.#starts,
      crashes: this.#crashes,
      heardSamples: microphone.heardSamples,
      playedSamples: speaker.playedSamples,
      underruns: speaker.underruns,
    };
  }

  /**
   * Powers on: loads the program and calls the default export of its `main`. A fault of the program crashes the device;
   * a fault of the build is thrown.
   * @throws SimulatorError "preload", "module-missing", "native-missing"
   */
  start(): void {
    if (this.#isClosed) throw new SimulatorError("closed", `device ${this.name} is closed`);
    if (!this.#machine) this.#boot();
  }

  /** Starts the program anew on the same settings, as after a reset. */
  restart(): void {
    this.#shutDown();
    this.start();
  }

  /** Holds a button down; without a pin, the first one that the board reads, or the glass of its screen. */
  press(pin?: number): void {
    if (pin === undefined && this.#glass) this.#glass.touch(true);
    else this.pins.press(pin ?? this.pins.firstInput());
  }

  release(pin?: number): void {
    if (pin === undefined && this.#glass) this.#glass.touch(false);
    else this.pins.release(pin ?? this.pins.firstInput());
  }

  /** Whether the glass of its screen is its button. */
  get hasGlass(): boolean {
    return this.#glass !== undefined;
  }

  /** The glass of a board without a button. */
  get #glass(): TouchChip | undefined {
    const chip = this.pins.hasInput ? undefined : this.hardware.i2c.chipAt(TOUCH_ADDRESS);
    return chip instanceof TouchChip && chip.isWatched ? chip : undefined;
  }

  /**
   * Says the wake word to it; false when it does not wait for one now.
   * @throws Error when its board has none
   */
  wake(text: string = WAKE_WORD): boolean {
    return this.hardware.wakeWord.wake(text);
  }

  /**
   * Lets its board speak for the user, who says nothing.
   * @throws Error when its board cannot
   */
  prompt(text: string): void {
    this.hardware.wakeWord.prompt(text);
  }

  /** Collects the program's garbage, so that `stats.heap` shows what it really holds. */
  collectGarbage(): void {
    this.#machine?.gc();
  }

  /** Presses a button for a moment. */
  click(pin?: number, ms = 100): void {
    this.press(pin);
    this.clock.schedule(ms, () => this.release(pin));
  }

  /** Resolves when the device is in one of these states; at once when it is. */
  reached(...states: readonly string[]): Promise<string> {
    if (states.includes(this.#state)) return Promise.resolve(this.#state);
    return new Promise((resolve) => {
      const watch = (state: string) => {
        if (!states.includes(state)) return;
        this.#watchers.delete(watch);
        resolve(state);
      };
      this.#watchers.add(watch);
    });
  }

  /** Powers off for good and frees everything. */
  close(): void {
    this.#isClosed = true;
    this.#shutDown();
    this.#watchers.clear();
  }

  #boot(): void {
    const start = ++this.#starts;
    const image = this.hardware.firmwareSlot.boot();
    this.firmware = (image && this.#options.firmwareOf?.(image)) ?? this.#original;
    const seed = new Random(this.#seed, `start ${start}`).below(2 ** 31);
    const parts = this.#createParts(start);
    let program: number | undefined;
    const call = (name: string, ...values: Value[]) => {
      if (name !== "device.loaded") return parts.call(name, ...values);
      program = values[0] as number;
      return undefined;
    };
    let machine = this.#createMachine(seed, call);
    this.#parts = parts;
    this.#machine = machine;
    try {
      if (!isFlashed(this.firmware)) {
        flash(this.firmware, machine);
        machine = this.#createMachine(seed, call);
        this.#machine = machine;
      }
      machine.import(this.firmware.start);
      machine.sealBaseline();
      this.#program = program;
      if (program !== undefined) machine.notify(program, "run");
    } catch (error) {
      if (isBuildFault(error)) {
        this.#shutDown();
        throw error;
      }
      this.#crash(error as Error, machine);
    }
  }

  #createParts(start: number): Parts {
    const host = {
      clock: this.clock,
      seed: this.#seed,
      notify: (id: number, method: string, ...values: Value[]) => this.#notify(parts, id, method, values),
      post: (run: () => void) => {
        this.clock.schedule(0, () => {
          if (this.#parts === parts) run();
        });
      },
    };
    const parts: Parts = new Parts(host, {
      hardware: this.hardware,
      salt: `${start}`,
      defines: this.firmware.manifest.defines,
      onOffset: (ms) => {
        this.#clockOffset = ms;
        this.#machine?.setClockOffset(ms);
      },
      onUtcOffset: (seconds) => this.#machine?.setUtcOffset(seconds),
      onFault: (text) => this.#log({ level: "error", text }),
      onRestart: () => this.restart(),
    });
    return parts;
  }

  #createMachine(seed: number, call: (name: string, ...values: Value[]) => unknown): Machine {
    const { creation } = this.firmware.manifest;
    const { meterLimit, debugger: where } = this.#options;
    const options = {
      name: this.name,
      creation,
      budget: { chunkBytes: creation.chunk.initial, slots: creation.heap.initial, ...this.#options.budget },
      clock: this.clock,
      seed,
      clockOffset: this.#clockOffset,
      ...(meterLimit === undefined ? {} : { meterLimit }),
      ...(where === undefined ? {} : { debugger: where }),
    };
    const log = (level: "trace" | "error", text: string) => {
      if (level === "trace") for (const line of parseLog(text)) this.#log(line);
      else this.#log({ level: "error", text: text.trimEnd() });
    };
    return new Machine(this.firmware.bundle, options, { call, log });
  }

  #notify(parts: Parts, id: number, method: string, values: Value[]): void {
    const machine = this.#machine;
    if (!machine || this.#parts !== parts) return;
    try {
      machine.notify(id, method, ...values);
    } catch (error) {
      this.#crash(error as Error, machine);
    }
  }

  /** The SDK asks the global `abort` before it ends a program; here a machine that ran out of something cannot. */
  #lastWords(error: Error, machine: Machine): void {
    if (!(error instanceof XsError) || this.#program === undefined || machine.isClosed) return;
    try {
      machine.notify(this.#program, "abort", "unhandled exception", error.name, error.message, error.xsStack ?? "");
    } catch {
      // What ends the program may end its last words, too.
    }
  }

  #crash(error: Error, machine: Machine): void {
    if (this.#machine !== machine) return;
    this.#lastWords(error, machine);
    this.#crashes++;
    this.failure = error;
    const where = error instanceof XsError ? error.xsStack : error instanceof SimulatorError ? error.place : undefined;
    const what =
      error instanceof XsError ? `exception that nobody caught: ${error.name}: ${error.message}` : error.message;
    this.#log({ level: "error", text: `device ended: ${what}${where ? `\n${where}` : ""}` });
    this.#shutDown();
    if (this.#options.reboots === false) return;
    this.clock.schedule(BOOT_MS, () => {
      if (!this.#isClosed && !this.#machine) this.#boot();
    });
  }

  #shutDown(): void {
    const machine = this.#machine;
    this.#machine = undefined;
    this.#program = undefined;
    this.#parts?.close();
    this.#parts = undefined;
    if (machine) {
      this.#lastHeap = machine.stats;
      machine.close();
    }
    this.#setState("off");
  }

  #log(line: DeviceLogLine): void {
    this.#options.onLog?.(line, this);
    const state = stateIn(line);
    if (state) this.#setState(state);
  }

  #setState(state: string): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#options.onState?.(state, this);
    for (const watch of [...this.#watchers]) watch(state);
  }
}

function buildOptions({ board, config, debugger: where }: DeviceOptions): FirmwareOptions {
  return {
    ...(board === undefined ? {} : { board }),
    ...(config === undefined ? {} : { config }),
    // A debugger opens the files.
    ...(where === undefined ? {} : { absolutePaths: true }),
  };
}

/** Faults that every start of this build would meet: rebooting could not help. */
function isBuildFault(error: unknown): boolean {
  return error instanceof SimulatorError && ["preload", "module-missing", "native-missing"].includes(error.code);
}

/** A locally administered address. */
function macOf(seed: number): string {
  const bytes = new Random(seed, "mac").bytes(5);
  return ["02", ...Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0").toUpperCase())].join(":");
}
