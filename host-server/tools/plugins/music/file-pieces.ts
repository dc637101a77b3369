import { open } from "node:fs/promises";
import type { Clock } from "../../../../protocol/clock.ts";

/** The bytes of a file in pieces of this size, the last one shorter, each in memory of its own. */
export async function* filePieces(
  path: string,
  bytes: number,
  clock: Clock,
): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await held(clock, () => open(path));
  try {
    for (;;) {
      const { bytesRead, buffer } = await held(clock, () => file.read(new Uint8Array(bytes), 0, bytes));
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await held(clock, () => file.close());
  }
}

/** Work outside of the event loop, which virtual time has to wait for. */
export async function held<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  const release = clock.hold();
  try {
    return await work();
  } finally {
    release();
  }
}
