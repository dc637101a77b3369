import type { Cancel, Clock } from "../../../protocol/clock.ts";
import { CallLeg } from "./call-leg.ts";
import type { DeviceConnection } from "./device-connection.ts";

/** ms that a device rings. */
const RINGING_MS = 60_000;

/** What became of a call; `peerMac` is the other device, with `:`. */
export type CallState =
  | { readonly status: "offline" | "pending" | "no_pending" }
  | { readonly status: "bridged"; readonly peerMac: string };

export interface CallRequest {
  readonly callerMac: string;
  readonly targetMac: string;
  readonly callerNickname: string;
}

interface Ringing {
  readonly leg: CallLeg;
  readonly targetMac: string;
  readonly cancelExpiry: Cancel;
}

/** Calls between two devices: one asks for the other, is kept waiting, and hears it once it accepts. */
export class Calls {
  readonly #clock: Clock;
  readonly #deviceOf: (mac: string) => DeviceConnection | undefined;
  /** By the address of the caller. */
  readonly #ringing = new Map<string, Ringing>();

  constructor(clock: Clock, deviceOf: (mac: string) => DeviceConnection | undefined) {
    this.#clock = clock;
    this.#deviceOf = deviceOf;
  }

  /** A device calls another; when that one has called already, they are joined. */
  request({ callerMac, targetMac, callerNickname }: CallRequest): CallState {
    const [caller, target] = [this.#deviceOf(callerMac), this.#deviceOf(targetMac)];
    if (!target || !caller || caller === target) return { status: "offline" };
    if (this.#ringing.get(targetMac)?.targetMac === callerMac) return this.#bridge(targetMac, caller);
    this.#ringing.get(callerMac)?.leg.end();
    const leg = this.#take(caller, () => this.#stop(callerMac));
    if (!leg) return { status: "offline" };
    const cancelExpiry = this.#clock.schedule(RINGING_MS, () => leg.end());
    this.#ringing.set(callerMac, { leg, targetMac, cancelExpiry });
    leg.ring();
    target.wake(`[device_call]${callerNickname}`);
    return { status: "pending" };
  }

  /** A device takes the call that is for it. */
  accept(mac: string): CallState {
    const device = this.#deviceOf(mac);
    const [callerMac] = [...this.#ringing].find(([, { targetMac }]) => targetMac === mac) ?? [];
    return device && callerMac !== undefined ? this.#bridge(callerMac, device) : { status: "no_pending" };
  }

  #bridge(callerMac: string, target: DeviceConnection): CallState {
    const ringing = this.#ringing.get(callerMac);
    const leg = ringing && this.#take(target, () => {});
    if (!leg) return { status: "no_pending" };
    this.#stop(callerMac);
    ringing.leg.join(leg);
    return { status: "bridged", peerMac: callerMac };
  }

  /** The device's session ends, and the call takes its place; undefined for a device without a session. */
  #take(device: DeviceConnection, onEnd: () => void): CallLeg | undefined {
    const taken = device.leaveSession();
    return taken && new CallLeg(taken.link, taken.sessionId, onEnd);
  }

  #stop(callerMac: string): void {
    this.#ringing.get(callerMac)?.cancelExpiry();
    this.#ringing.delete(callerMac);
  }
}
