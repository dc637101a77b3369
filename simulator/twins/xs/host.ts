/**
 * The module `host`: how the XS side of the twins reaches Node, and how Node reaches back. The simulator provides the
 * two globals; nothing else may use them.
 */
declare const hostCall: <T>(name: string, ...args: unknown[]) => T;
declare const hostHandler: (handler: (id: number, method: string, ...args: unknown[]) => unknown) => void;

type Target = Record<string, (...args: unknown[]) => unknown>;

// Made at the first registration: a Map made while modules are preloaded would be read-only.
let targets: Map<number, Target> | undefined;
let lastId = 0;

/**
 * Asks Node and waits for its answer. Plain values and bytes cross as copies, other objects as JSON.
 *
 * @throws Error with the name and message of what Node's handler threw.
 */
export const call = hostCall;

/** Makes `target` known to Node; the answer is the id by which Node calls its methods. */
export function register(target: object): number {
  if (targets === undefined) {
    targets = new Map();
    hostHandler(dispatch);
  }
  lastId += 1;
  targets.set(lastId, target as Target);
  return lastId;
}

/** From now on Node's calls of `id` do nothing. */
export function release(id: number): void {
  targets?.delete(id);
}

function dispatch(id: number, method: string, ...args: unknown[]): unknown {
  const target = targets?.get(id);
  if (target === undefined) return undefined;
  const run = target[method];
  if (typeof run !== "function") throw new TypeError(`host: ${id} has no method ${method}`);
  return run.apply(target, args);
}
