import type { CallPeer } from "./call-leg.ts";

/** What became of a call; `peerMac` is the other device, with `:`. */
export type CallState =
  | { readonly status: "offline" | "pending" | "no_pending" }
  | { readonly status: "bridged"; readonly peerMac: string };

export interface CallRequest {
  readonly callerMac: string;
  readonly targetMac: string;
  readonly callerNickname: string;
}

/** What the other end of a call tells. */
export interface FarEvents {
  /** One Opus packet of the device there. */
  onSound(packet: Uint8Array): void;
  /** The device there takes the call; gives whether there is one still. */
  onAccepted(): boolean;
  /** The call is over. */
  onEnd(): void;
}

/** A device at another node, at the other end of a call. */
export interface FarEnd extends CallPeer {
  /** Says who hears of it; until then what it tells is lost. */
  attach(events: FarEvents): void;
  /** Takes the call that came from there; false when it is over. */
  accept(): Promise<boolean>;
}

/** Calls with devices of other nodes; what cannot be asked is `offline`. */
export interface FarCalls {
  /** Whether another node has a device. */
  has(mac: string): boolean;
  /** Has the node of a device make the call that it asks for. */
  request(request: CallRequest): Promise<CallState>;
  /** Has the node of a device take the call that is for it. */
  accept(mac: string): Promise<CallState>;
  /** Has a device of another node ring; undefined when it cannot. */
  ring(request: CallRequest): Promise<FarEnd | undefined>;
}

/** The calls of this node, as others ask for them. */
export interface OwnCalls {
  /** A device of this node calls another. */
  requestHere(request: CallRequest): Promise<CallState>;
  /** A device of this node takes the call that is for it. */
  acceptHere(mac: string): Promise<CallState>;
  /** A device of another node, at `end`, calls one of this node; gives whether that one is here. */
  ringFrom(request: CallRequest, end: FarEnd): boolean;
}
