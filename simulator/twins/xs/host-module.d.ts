/** The bridge from a twin to its part on Node. */
declare module "host" {
  /** Calls the Node side and returns what it gives; an error there is thrown here. */
  export function call<T>(name: string, ...values: unknown[]): T;
  /** Gives `target` a number under which Node calls its methods, until `release`. It stays alive meanwhile. */
  export function register(target: object): number;
  export function release(id: number): void;
}
