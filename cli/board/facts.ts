import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { McpTool } from "../../protocol/mcp.ts";
import { VirtualClock } from "../../simulator/clock.ts";
import { VirtualDevice } from "../../simulator/device.ts";
import { loadFirmware } from "../../simulator/firmware.ts";
import { Machine } from "../../simulator/machine.ts";
import { MemoryNetwork } from "../../simulator/memory-network.ts";

/** A pin of the chip, and what a board uses it for. */
export interface UsedPin {
  readonly pin: number;
  /** For a person: "button", "microphone ws". */
  readonly use: string;
  /** Of the board, where it is declared: `button`, `parts[2]`, or `defines` for the manifest's. */
  readonly field: string;
  readonly isPwm?: boolean;
  /** Lines of a bus serve several chips. */
  readonly isBus?: boolean;
}

/** What a board is made of, found out by running it. */
export interface BoardFacts {
  readonly name: string;
  readonly chip: string;
  readonly flashBytes: number | undefined;
  /** Pins that decide how the chip starts, and that the board uses on purpose. */
  readonly strappingPins: readonly number[];
  readonly pins: readonly UsedPin[];
  /** The field of the board that a tool comes from, by its name. */
  readonly toolFields: ReadonlyMap<string, string>;
}

/** The heaps of a device are no matter here. */
const PLENTY = { chunkBytes: 4 << 20, slots: 200_000 };

const XS = join(import.meta.dirname, "xs");

function moduleText(specifier: string, file: string) {
  const path = join(XS, file);
  return { specifier, path, source: readFileSync(path, "utf8") };
}

/** Sound lines by their names in `LinePins`. */
type Lines = { readonly [name: string]: number } | undefined;

function soundPins(text: string): UsedPin[] {
  const { mode, microphone, speaker } = JSON.parse(text) as { mode: string; microphone: Lines; speaker: Lines };
  const pins: UsedPin[] = [];
  const add = (end: string, lines: Lines) => {
    for (const [name, pin] of Object.entries(lines ?? {})) {
      const isShared = mode !== "two-controllers" && name !== "data";
      pins.push({ pin, use: isShared ? `sound ${name}` : `${end} ${name}`, field: "audio", isBus: isShared });
    }
  };
  add("microphone", microphone);
  add("speaker", speaker);
  return pins;
}

/** Writes down what the program in `xs/field-facts.ts` tells and opens. */
class Notes {
  readonly pins: UsedPin[] = [];
  readonly toolFields = new Map<string, string>();
  is: Pick<BoardFacts, "name" | "chip"> & { flashBytes?: number; strappingPins?: number[] } = { name: "", chip: "" };
  #field = "";
  readonly #uses = new Map<string, string>();

  call(name: string, ...values: readonly unknown[]): unknown {
    const [first, second, third] = values;
    if (name === "board.is") this.is = JSON.parse(String(first));
    else if (name === "board.field") this.#field = String(first);
    else if (name === "board.tool") this.toolFields.set(String(first), this.#field);
    else if (name === "board.audio") this.pins.push(...soundPins(String(first)));
    else if (name === "board.pin") this.#declared(Number(first), String(second), third === true);
    else if (name === "pins.open" || name === "pixels.open") this.#open(Number(second), false);
    else if (name === "pwm.open") this.#open(Number(second), true);
    else if (name === "i2c.open") this.#openBus(Number(second), Number(third));
    else if (name === "i2c.read") throw new Error("read failed");
    else if (name === "pins.read") return 1;
    return undefined;
  }

  #declared(pin: number, use: string, isPwm: boolean): void {
    this.pins.push({ pin, use, field: this.#field, isPwm });
    this.#uses.set(`${this.#field} ${pin}`, use);
  }

  #open(pin: number, isPwm: boolean): void {
    const use = this.#uses.get(`${this.#field} ${pin}`);
    const named = this.pins.findIndex((known) => known.field === this.#field && known.pin === pin);
    if (use !== undefined) this.pins[named] = { pin, use, field: this.#field, isPwm };
    else this.pins.push({ pin, use: this.#field.replace("audio.", ""), field: this.#field, isPwm });
    // A second use of it in the same field is one too many.
    this.#uses.delete(`${this.#field} ${pin}`);
  }

  #openBus(data: number, clock: number): void {
    const field = this.#field;
    this.pins.push({ pin: data, use: "I2C data", field, isBus: true });
    this.pins.push({ pin: clock, use: "I2C clock", field, isBus: true });
  }
}

/**
 * Runs a board on XS, each of its fields by itself, and gives what it is made of.
 *
 * @param directory the board's folder
 * @throws SimulatorError, XsError when the board cannot be loaded; the stack of the latter names its file and line
 */
export function readFacts(directory: string): BoardFacts {
  const { bundle, manifest } = loadFirmware({ board: directory, modules: [moduleText("main", "field-facts.ts")] });
  const notes = new Notes();
  const options = { name: "board", creation: manifest.creation, budget: PLENTY, seed: 1, clock: new VirtualClock() };
  const machine = new Machine(bundle, options, {
    call: (name, ...values) => notes.call(name, ...values),
    log: () => undefined,
  });
  try {
    machine.import("main");
  } finally {
    machine.close();
  }
  const { name, chip, flashBytes, strappingPins = [] } = notes.is;
  return { name, chip, flashBytes, strappingPins, pins: notes.pins, toolFields: notes.toolFields };
}

/** How a board starts. */
export interface Trial {
  /** All tools of the device, with those that every device has. */
  readonly tools: readonly McpTool[];
  /** What it logged as errors. */
  readonly errors: readonly string[];
}

const TOOL = /^tool (\{.*)$/;

/**
 * Starts the whole firmware on a board, without a network, and gives what became of it.
 *
 * @throws SimulatorError when the build is wrong
 */
export async function tryBoard(directory: string): Promise<Trial> {
  const clock = new VirtualClock();
  const tools: McpTool[] = [];
  const errors: string[] = [];
  const device = new VirtualDevice({
    clock,
    network: new MemoryNetwork({ clock }),
    firmware: loadFirmware({ board: directory, modules: [moduleText("mcp/server", "told-server.ts")] }),
    reboots: false,
    onLog: ({ level, text }) => {
      const tool = TOOL.exec(text)?.[1];
      if (tool !== undefined) tools.push(JSON.parse(tool));
      if (level === "error") errors.push(text);
    },
  });
  try {
    device.start();
    await clock.advance(1000);
    return { tools, errors };
  } finally {
    device.close();
  }
}
