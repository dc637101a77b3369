/** What a program of the contract tests is given. It runs on XS: under the SDK, and in the simulator. */
export interface Environment {
  /** Writes a value to the trace. */
  say(value: unknown): void;
  /** What a function gives, or the class of what it throws: texts of errors differ between versions of XS. */
  attempt(run: () => unknown): unknown;
  /** Ends the program. */
  done(): void;
  /** Ports of the peers on 127.0.0.1, by their names in peers.ts. */
  readonly ports: { readonly [peer: string]: number };
  /** Certificate of the authority that the peer "tls" is signed by: DER in hexadecimal. */
  readonly authority: string;
}

export const ADDRESS = "127.0.0.1";

function attempt(run: () => unknown): unknown {
  try {
    return run() ?? "done";
  } catch (error) {
    return `throws ${(error as Error).name}`;
  }
}

/** The environment of a program; what it says goes into the log as lines that begin with `said`. */
export function createEnvironment(places: Pick<Environment, "ports" | "authority">): Environment {
  return {
    ...places,
    say: (value) => trace(`said ${JSON.stringify(value === undefined ? "undefined" : value)}\n`),
    attempt,
    done: () => trace("done\n"),
  };
}

/** The text of UTF-8 bytes; nothing for no bytes. */
export function text(bytes: ArrayBuffer | undefined): string {
  return bytes ? String.fromArrayBuffer(bytes) : "";
}

/** The UTF-8 bytes of a text. */
export function bytes(value: string): Uint8Array {
  return new Uint8Array(ArrayBuffer.fromString(value));
}

export function hex(buffer: ArrayBuffer): string {
  return [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Name resolution for the clients of the SDK: every name is this machine. */
export class Resolver {
  resolve({ host, onResolved }: { host: string; onResolved: (host: string, address: string) => void }): void {
    onResolved(host, ADDRESS);
  }

  close(): void {}
}
