import type { Cancel, Clock } from "../protocol/clock.ts";
import {
  type EngineFailure,
  type EngineOptions,
  type EngineStats,
  loadAddon,
  type MachineHandle,
  type Value,
} from "./addon.ts";
import type { Bundle } from "./bundle.ts";
import { type Coverage, processCoverage } from "./coverage.ts";
import { SimulatorError, type SimulatorErrorCode, XsError } from "./errors.ts";
import type { Creation } from "./manifest.ts";

export type { Value } from "./addon.ts";

/** `trace` is what the program writes; `error` is an exception or rejection that no one caught. */
export type LogLevel = "trace" | "error";

const logLevels: readonly LogLevel[] = ["trace", "error"];

export interface MachineOptions {
  /** Shown in errors and by the debugger. */
  name: string;
  creation: Creation;
  /** What the program may use above the baseline (see {@link Machine.sealBaseline}); without it, 64 MB of each. */
  budget?: { chunkBytes?: number; slots?: number };
  /** Steps of the engine that one entry from Node may take; without it, endless loops are not noticed. */
  meterLimit?: number;
  clock: Pick<Clock, "now">;
  /** The same seed gives the same Math.random. */
  seed: number;
  /** ms that the machine's clock is ahead of `clock`. */
  clockOffset?: number;
  /** IPv4 "address:port" of a listening debugger (xsbug); while the program is stopped, the whole process is. */
  debugger?: string;
  /** Where the lines that ran are counted; by default where XIAOZHI_COVERAGE says, if it does. */
  coverage?: Coverage;
}

export interface MachineHandlers {
  /** Answers `call` of the module `host` with a {@link Value} or nothing; what it throws is thrown there. */
  call(name: string, ...args: Value[]): unknown;
  log(level: LogLevel, text: string): void;
  /** The program was ended by the engine; the machine can only be closed. */
  aborted?(error: SimulatorError): void;
}

export interface MachineStats extends EngineStats {
  /** Highest use above the baseline since it was sealed. */
  chunkPeakAboveBaselineBytes: number;
  slotsPeakAboveBaseline: number;
}

/**
 * The engine's own built-ins lie in flash on the device and in the heap here. They, and all code, come on top of the
 * sizes in the manifest, so that loading never fails for what would not count there.
 */
const builtIns = { slots: 5000, chunkBytes: 65_536 };

/** Growth while loading, in steps that keep creation cheap. From the baseline on the budget decides. */
const growth = { slots: 2048, chunkBytes: 32_768 };

/** What ends a machine, with how much was allowed. */
const deathTexts: Partial<Record<SimulatorErrorCode, (options: MachineOptions) => string>> = {
  "out-of-slots": ({ budget }) => `out of slots: ${budget?.slots ?? "64 MB"} allowed above the baseline`,
  "out-of-chunks": ({ budget }) => `out of chunks: ${budget?.chunkBytes ?? "64 MB"} bytes allowed above the baseline`,
  "stack-overflow": ({ creation }) => `stack overflow: ${creation.stack} slots, or the host's own stack`,
  "too-much-computation": ({ meterLimit }) => `too much computation: ${meterLimit} steps allowed at a time`,
  "out-of-keys": ({ creation }) => `out of keys: ${creation.keys.initial} allowed above the baseline`,
  "engine-fault": () => "the engine stopped",
};

/**
 * One XS machine: the JavaScript engine of one device.
 *
 * Every method that runs the program throws {@link XsError} for an exception of the program and {@link SimulatorError}
 * when the engine ended it; from then on the latter is thrown by all of them. Neither harms other machines.
 */
export class Machine {
  readonly name: string;
  readonly #options: MachineOptions;
  readonly #handlers: MachineHandlers;
  readonly #bundle: Bundle;
  // The native side holds these three weakly.
  readonly #onCall: (...args: Value[]) => Value;
  readonly #onLog: (level: number, text: string) => void;
  readonly #onNow: () => number;
  #handle: MachineHandle | undefined;
  #clockOffset: number;
  #death: SimulatorError | undefined;
  #isClosed = false;
  #lastStats: MachineStats | undefined;
  #cancels = new Set<Cancel>();
  #endCoverage: (() => void) | undefined;

  /** @throws SimulatorError when the sizes in `options.creation` do not even hold the engine. */
  constructor(bundle: Bundle, options: MachineOptions, handlers: MachineHandlers) {
    this.name = options.name;
    this.#bundle = bundle;
    this.#options = options;
    this.#handlers = handlers;
    this.#clockOffset = options.clockOffset ?? 0;
    this.#onCall = (name, ...args) => this.#handlers.call(String(name), ...args) as Value;
    this.#onLog = (level, text) => this.#handlers.log(logLevels[level] ?? "error", text);
    this.#onNow = () => this.#options.clock.now() + this.#clockOffset;
    this.#handle = this.#enter(() => this.#create());
    const coverage = options.coverage ?? processCoverage();
    if (coverage === undefined) return;
    this.#enter((handle) => loadAddon().startCoverage(handle));
    this.#endCoverage = coverage.follow(() =>
      this.#handle === undefined ? [] : loadAddon().readCoverage(this.#handle),
    );
  }

  /** Loads and runs a module; when it awaits at its top level, what follows runs later. */
  import(specifier: string): void {
    this.#enter((handle) => loadAddon().importModule(handle, specifier, false));
  }

  /**
   * Runs these modules as the SDK's linker does, then makes read-only what it would put into flash: functions,
   * classes, prototypes, Map, Set, ArrayBuffer and typed arrays made so far, and the language's own objects.
   *
   * @throws SimulatorError "preload" when a module calls native code or the host while it is loaded.
   */
  preload(specifiers: readonly string[]): void {
    for (const specifier of specifiers) this.#enter((handle) => loadAddon().importModule(handle, specifier, true));
    this.#enter((handle) => loadAddon().finishPreload(handle));
  }

  /**
   * Makes what is loaded now the start of all later machines of the bundle. It is in memory once, and read-only as flash
   * is: a machine that changes an object gets its own copy of it. This machine is closed by that.
   *
   * @throws TypeError when the bundle has an image already.
   */
  share(): void {
    void this.stats;
    this.#enter((handle) => {
      this.#endCoverage?.();
      loadAddon().shareMachine(handle);
    });
    this.#handle = undefined;
    this.close();
  }

  /** Calls `method` of the object that the program registered as `id`; nothing happens when it was released. */
  notify(id: number, method: string, ...args: Value[]): Value {
    return this.#enter((handle) => loadAddon().notify(handle, id, method, ...args));
  }

  /** Runs a script in the machine's global scope and gives its last value; for tests. */
  eval(source: string): Value {
    return this.#enter((handle) => loadAddon().evaluate(handle, source));
  }

  /** Date.now() on XS is the clock plus this many ms. */
  setClockOffset(ms: number): void {
    this.#clockOffset = ms;
  }

  /** Local time on XS is UTC plus this many seconds; 0 at the start. */
  setUtcOffset(seconds: number): void {
    if (this.#handle !== undefined) loadAddon().setUtcOffset(this.#handle, seconds);
  }

  /** What is in the heap now is the baseline: the budget counts from here, and so do the keys. */
  sealBaseline(): void {
    const { chunkBytes = -1, slots = -1 } = this.#options.budget ?? {};
    this.#enter((handle) => loadAddon().sealBaseline(handle, chunkBytes, slots));
  }

  /** Collects garbage, closing the native objects that the program has lost. */
  gc(): void {
    this.#enter((handle) => loadAddon().collect(handle));
  }

  /** Figures of now, or the last ones of a closed machine. */
  get stats(): MachineStats {
    if (this.#handle !== undefined) {
      const stats = loadAddon().readStats(this.#handle);
      this.#lastStats = {
        ...stats,
        chunkPeakAboveBaselineBytes: stats.chunkPeakBytes - stats.chunkBaselineBytes,
        slotsPeakAboveBaseline: stats.slotsPeak - stats.slotsBaseline,
      };
    }
    if (this.#lastStats === undefined) throw this.#closedError();
    return this.#lastStats;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Runs `cancel` when the machine is closed, so that nothing of the host outlives it. */
  onClose(cancel: Cancel): void {
    if (this.#isClosed) cancel();
    else this.#cancels.add(cancel);
  }

  /**
   * Ends the machine and runs the destructors of its native objects. From inside a call of the program, the program
   * goes no further than that call.
   */
  close(): void {
    if (this.#isClosed) return;
    if (this.#handle !== undefined) void this.stats;
    this.#endCoverage?.();
    this.#isClosed = true;
    this.#releaseHandle();
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
  }

  #create(): MachineHandle {
    const engine = engineOptions(this.#options);
    return loadAddon().createMachine(this.#bundle.handle, this.name, engine, this.#onCall, this.#onLog, this.#onNow);
  }

  #releaseHandle(): void {
    if (this.#handle === undefined) return;
    if (loadAddon().closeMachine(this.#handle)) this.#handle = undefined;
  }

  #closedError(): SimulatorError {
    return new SimulatorError("closed", `machine ${this.name}: the machine was closed`);
  }

  /** All ways into the engine: turns its failures into errors and ends a machine that was closed meanwhile. */
  #enter<Result>(run: (handle: MachineHandle) => Result): Result {
    if (this.#death !== undefined) throw this.#death;
    if (this.#isClosed) throw this.#closedError();
    try {
      // Only the constructor runs without a handle, and does not use it.
      return run(this.#handle as MachineHandle);
    } catch (failure) {
      throw this.#toError(failure as EngineFailure);
    } finally {
      if (this.#isClosed) this.#releaseHandle();
    }
  }

  #toError(failure: EngineFailure): Error {
    const { engineCode, engineName, engineStack, message } = failure;
    if (engineCode === undefined) {
      // Without any fact it is not the engine that threw but the bridge, at a wrong argument.
      if (engineName === undefined && engineStack === undefined && message !== "" && failure.name !== "Error")
        return failure;
      return new XsError(engineName ?? "Error", message, engineStack ?? "");
    }
    const code = engineCode as SimulatorErrorCode;
    if (code === "closed") return this.#closedError();
    const describe = deathTexts[code];
    if (describe !== undefined) return this.#die(code, describe(this.#options), engineStack);
    return new SimulatorError(code, `machine ${this.name}: ${message}`, placeOf(engineStack));
  }

  #die(code: SimulatorErrorCode, text: string, stack: string | undefined): SimulatorError {
    if (this.#death !== undefined) return this.#death;
    const where = stack ? ` (${stack.split("\n")[0]?.trim()})` : "";
    this.#death = new SimulatorError(code, `machine ${this.name}: ${text}${where}`, placeOf(stack));
    this.#handlers.aborted?.(this.#death);
    return this.#death;
  }
}

function placeOf(stack: string | undefined): { place?: string } {
  return stack ? { place: stack } : {};
}

function engineOptions(options: MachineOptions): EngineOptions {
  const { creation } = options;
  return {
    chunkInitialBytes: creation.chunk.initial + builtIns.chunkBytes,
    chunkIncrementBytes: Math.max(creation.chunk.incremental, growth.chunkBytes),
    slotsInitial: creation.heap.initial + builtIns.slots,
    slotsIncrement: Math.max(creation.heap.incremental, growth.slots),
    stackSlots: creation.stack,
    keysInitial: creation.keys.initial,
    keysIncrement: creation.keys.incremental,
    meterLimit: options.meterLimit ?? 0,
    seed: options.seed,
    debugger: options.debugger,
  };
}
