import type { TwinHost, TwinPart } from "./part.ts";

/** The Node side of the global `System`: a reset comes after what is happening now. */
export function createSystem({ clock }: TwinHost, onRestart: () => void): TwinPart {
  let cancel = (): void => {};
  return {
    calls: {
      "system.restart": () => {
        cancel();
        cancel = clock.schedule(0, onRestart);
      },
    },
    close: () => cancel(),
  };
}
