/** The bridge from a twin to its part on Node. */
declare module "host" {
  type Bytes = ArrayBuffer | ArrayBufferView;
  /** Calls the Node side and returns what it gives; an error there is thrown here. */
  export function call<T>(name: string, ...values: unknown[]): T;
  /** As `call`, for bytes, which are put at the front of `buffer`: how many, or undefined for no answer. */
  export function fill(buffer: Bytes, name: string, ...values: unknown[]): number | undefined;
  /** Masks all that follows the four bytes at `start` with them. */
  export function mask(buffer: Bytes, start: number): void;
  /** Gives `target` a number under which Node calls its methods, until `release`. It stays alive meanwhile. */
  export function register(target: object): number;
  export function release(id: number): void;
}
