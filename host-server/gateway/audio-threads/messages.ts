import type { AudioIdentity } from "../mqtt/audio-port.ts";

/** What a thread that carries audio is told; bytes are a batch of frames for devices. */
export type ToThread =
  | { readonly type: "bind"; readonly ip: string; readonly port: number }
  | ({ readonly type: "open" } & AudioIdentity)
  | { readonly type: "close"; readonly ssrc: number }
  | Uint8Array;

/** What it tells; bytes are a batch of frames of devices. */
export type FromThread =
  | { readonly type: "bound"; readonly port: number }
  | { readonly type: "refused"; readonly errno: string }
  | { readonly type: "strays"; readonly count: number }
  | Uint8Array;

/** Runs something once, before long: what comes until then goes together. */
export type Soon = (run: () => void) => void;
