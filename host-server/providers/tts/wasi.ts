// The part of WASI preview 1 that a command-line program needs to write one file: no disk, no environment, no network.
// Numbers come from the WASI specification (wasi_snapshot_preview1, typenames).

const errno = { success: 0, badDescriptor: 8, noEntry: 44 } as const;
const fileType = { characterDevice: 2, directory: 3, regularFile: 4 } as const;
const rootDescriptor = 3;
const fileDescriptor = 4;
const allRights = 0x1fff_ffffn;
const initialFileBytes = 1 << 18;

/** What a run left behind. */
export interface WasiResult {
  exitCode: number;
  /** The bytes of the file that the program wrote; empty when it wrote none. */
  file: Uint8Array;
  /** What it printed to its standard output and error. */
  printed: string;
}

/**
 * Runs a WASI command once, in memory. The program sees one directory in which it may write the file `fileName`.
 *
 * @param args the whole command line, program name first
 * @throws whatever the program traps with
 */
export async function runWasi(
  module: WebAssembly.Module,
  args: readonly string[],
  fileName: string,
): Promise<WasiResult> {
  const system = new WasiSystem(args, fileName);
  const instance = await WebAssembly.instantiate(module, { wasi_snapshot_preview1: system.imports() });
  const { memory, _start: start } = instance.exports;
  system.attach(memory as WebAssembly.Memory);
  try {
    (start as () => void)();
  } catch (error) {
    if (!(error instanceof ProgramExit)) throw error;
    return { ...system.result(), exitCode: error.exitCode };
  }
  return { ...system.result(), exitCode: 0 };
}

class ProgramExit extends Error {
  override readonly name = "ProgramExit";
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`exit ${exitCode}`);
    this.exitCode = exitCode;
  }
}

class WasiSystem {
  readonly #args: Uint8Array[];
  readonly #fileName: string;
  #memory: WebAssembly.Memory | undefined;
  #file = new Uint8Array(initialFileBytes);
  #fileBytes = 0;
  #position = 0;
  #printed = "";

  constructor(args: readonly string[], fileName: string) {
    const encoder = new TextEncoder();
    // A NUL would end an argument early.
    this.#args = args.map((arg) => encoder.encode(`${arg.replaceAll("\0", " ")}\0`));
    this.#fileName = fileName;
  }

  attach(memory: WebAssembly.Memory): void {
    this.#memory = memory;
  }

  result(): Omit<WasiResult, "exitCode"> {
    return { file: this.#file.slice(0, this.#fileBytes), printed: this.#printed };
  }

  imports(): WebAssembly.ModuleImports {
    return {
      args_sizes_get: (count: number, bytes: number) => this.#argsSizes(count, bytes),
      args_get: (pointers: number, buffer: number) => this.#argsGet(pointers, buffer),
      clock_time_get: (_id: number, _precision: bigint, out: number) => this.#time(out),
      fd_close: () => errno.success,
      fd_fdstat_get: (descriptor: number, out: number) => this.#describe(descriptor, out),
      fd_fdstat_set_flags: () => errno.success,
      fd_prestat_get: (descriptor: number, out: number) => this.#prestat(descriptor, out),
      fd_prestat_dir_name: (_descriptor: number, out: number) => this.#prestatName(out),
      fd_read: (_descriptor: number, _vectors: number, _count: number, out: number) => this.#put32(out, 0),
      fd_seek: (_descriptor: number, offset: bigint, whence: number, out: number) => this.#seek(offset, whence, out),
      fd_write: (descriptor: number, vectors: number, count: number, out: number) =>
        this.#write(descriptor, { vectors, count, out }),
      path_open: (...args: number[]) => this.#open(args),
      proc_exit: (code: number) => {
        throw new ProgramExit(code);
      },
    };
  }

  // Memory that grows gets a new buffer, so views are made for each call.
  get #view(): DataView {
    return new DataView(this.#memory!.buffer);
  }

  get #bytes(): Uint8Array {
    return new Uint8Array(this.#memory!.buffer);
  }

  #put32(pointer: number, value: number): number {
    this.#view.setUint32(pointer, value, true);
    return errno.success;
  }

  #put64(pointer: number, value: bigint): number {
    this.#view.setBigUint64(pointer, value, true);
    return errno.success;
  }

  #argsSizes(count: number, bytes: number): number {
    this.#put32(count, this.#args.length);
    return this.#put32(
      bytes,
      this.#args.reduce((total, arg) => total + arg.length, 0),
    );
  }

  #argsGet(pointers: number, buffer: number): number {
    for (const [index, arg] of this.#args.entries()) {
      this.#put32(pointers + 4 * index, buffer);
      this.#bytes.set(arg, buffer);
      buffer += arg.length;
    }
    return errno.success;
  }

  #time(out: number): number {
    // The program only seeds itself with it; a constant keeps its output the same from run to run.
    return this.#put64(out, 0n);
  }

  #describe(descriptor: number, out: number): number {
    const kinds: Record<number, number> = {
      [rootDescriptor]: fileType.directory,
      [fileDescriptor]: fileType.regularFile,
    };
    this.#view.setUint8(out, kinds[descriptor] ?? fileType.characterDevice);
    this.#view.setUint16(out + 2, 0, true);
    this.#put64(out + 8, allRights);
    return this.#put64(out + 16, allRights);
  }

  #prestat(descriptor: number, out: number): number {
    if (descriptor !== rootDescriptor) return errno.badDescriptor;
    this.#view.setUint8(out, 0);
    return this.#put32(out + 4, 1);
  }

  #prestatName(out: number): number {
    this.#bytes[out] = ".".charCodeAt(0);
    return errno.success;
  }

  #seek(offset: bigint, whence: number, out: number): number {
    const origin = [0, this.#position, this.#fileBytes][whence] ?? 0;
    this.#position = Math.max(0, origin + Number(offset));
    return this.#put64(out, BigInt(this.#position));
  }

  #write(descriptor: number, { vectors, count, out }: { vectors: number; count: number; out: number }): number {
    let written = 0;
    for (let index = 0; index < count; index++) {
      const start = this.#view.getUint32(vectors + 8 * index, true);
      const length = this.#view.getUint32(vectors + 8 * index + 4, true);
      const piece = this.#bytes.subarray(start, start + length);
      if (descriptor === fileDescriptor) this.#append(piece);
      else this.#printed += new TextDecoder().decode(piece);
      written += length;
    }
    return this.#put32(out, written);
  }

  #append(piece: Uint8Array): void {
    const end = this.#position + piece.length;
    if (end > this.#file.length) {
      const larger = new Uint8Array(Math.max(this.#file.length * 2, end));
      larger.set(this.#file);
      this.#file = larger;
    }
    this.#file.set(piece, this.#position);
    this.#position = end;
    this.#fileBytes = Math.max(this.#fileBytes, end);
  }

  /** Arguments by their order in `path_open`: directory, lookup flags, path pointer, its length, …, result pointer last. */
  #open(args: number[]): number {
    const [, , path = 0, length = 0] = args;
    const name = new TextDecoder().decode(this.#bytes.subarray(path, path + length));
    if (name !== this.#fileName && name !== `./${this.#fileName}`) return errno.noEntry;
    this.#position = 0;
    this.#fileBytes = 0;
    return this.#put32(args.at(-1)!, fileDescriptor);
  }
}
