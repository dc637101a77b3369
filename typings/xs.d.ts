/** Globals of XS that this project uses. The SDK's own declarations take their place in a device build. */

/** Writes to the debugger or the serial console. */
declare function trace(...values: unknown[]): void;

/** A C function by name; the name must be a literal. */
declare function native(name: string): { call(target: unknown, ...values: unknown[]): any };

/** A class whose instances carry C data that `destructor` frees. */
declare function Native(destructor: string): new () => object;

interface StringConstructor {
  /** The text of UTF-8 bytes. */
  fromArrayBuffer(buffer: ArrayBufferLike): string;
}

interface ArrayBufferConstructor {
  /** The UTF-8 bytes of a text. */
  fromString(text: string): ArrayBuffer;
}

interface BigIntConstructor {
  /** The number of big-endian bytes. */
  fromArrayBuffer(buffer: ArrayBufferLike): bigint;
}
