/**
 * What can go wrong in the simulator itself, as opposed to in the program it runs.
 *
 * The first group ends a machine; `place` then says where the program was.
 */
export type SimulatorErrorCode =
  | "out-of-slots"
  | "out-of-chunks"
  | "stack-overflow"
  | "too-much-computation"
  | "out-of-keys"
  | "engine-fault"
  | "closed"
  | "unhandled-exception"
  | "native-missing"
  | "module-missing"
  | "module-invalid"
  | "manifest-invalid"
  | "preload"
  | "addon-missing"
  | "compiler-missing"
  | "compile-failed";

export interface SimulatorErrorOptions {
  cause?: unknown;
  /** Innermost frames of the program, one a line, each with its TypeScript file and line. */
  place?: string;
}

/** A fault of the simulator or of what it was given; `code` says which. */
export class SimulatorError extends Error {
  override readonly name = "SimulatorError";
  readonly code: SimulatorErrorCode;
  readonly place: string | undefined;

  constructor(code: SimulatorErrorCode, message: string, options: SimulatorErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.place = options.place;
  }
}

/** An exception that the program on XS threw and did not catch; `name` is the name it had there. */
export class XsError extends Error {
  override readonly name: string;
  readonly code = "xs-exception";
  /** The stack on XS, with TypeScript files and lines. */
  readonly xsStack: string;

  constructor(name: string, message: string, xsStack: string) {
    super(message);
    this.name = name;
    this.xsStack = xsStack;
  }
}
