import type { Cancel, Clock } from "../../../protocol/clock.ts";
import type { DeviceConnection } from "../mqtt/device-connection.ts";
import type { CallRequest, CallState, FarCalls, FarEnd, FarEvents, OwnCalls } from "./call-contract.ts";
import { CallLeg } from "./call-leg.ts";

/** ms that a device rings. */
const RINGING_MS = 60_000;
const OFFLINE: CallState = { status: "offline" };

export interface CallsOptions {
  readonly clock: Clock;
  /** A device of this node, by its address with `:` and small letters. */
  readonly deviceOf: (mac: string) => DeviceConnection | undefined;
  /** Calls with devices of other nodes, where there are any. */
  readonly far: () => FarCalls | undefined;
}

/** A call that waits for being taken. */
interface Ringing {
  readonly targetMac: string;
  readonly cancelExpiry: Cancel;
  /** The caller, when it is a device of this node. */
  readonly leg?: CallLeg;
  /** The other device, when it is at another node. */
  readonly end?: FarEnd;
  /** Joins the caller and the device that takes its call, which leaves its session; false when it has none, or the call is over. */
  join(takeTarget: () => CallLeg | undefined): Promise<boolean>;
}

/** Calls between two devices: one asks for the other, is kept waiting, and hears it once it accepts. */
export class Calls implements OwnCalls {
  readonly #options: CallsOptions;
  /** By the address of the caller. */
  readonly #ringing = new Map<string, Ringing>();

  constructor(options: CallsOptions) {
    this.#options = options;
  }

  /** A device calls another; when that one has called already, they are joined. Either may be at another node. */
  async request(request: CallRequest): Promise<CallState> {
    const far = this.#farOf(request.callerMac);
    return far ? far.request(request) : this.requestHere(request);
  }

  /** A device takes the call that is for it. */
  async accept(mac: string): Promise<CallState> {
    const far = this.#farOf(mac);
    return far ? far.accept(mac) : this.acceptHere(mac);
  }

  async requestHere(request: CallRequest): Promise<CallState> {
    const { callerMac, targetMac } = request;
    const { deviceOf, far } = this.#options;
    const [caller, target] = [deviceOf(callerMac), deviceOf(targetMac)];
    if (!caller?.hasSession || caller === target) return OFFLINE;
    if (this.#ringing.get(targetMac)?.targetMac === callerMac) return this.#take(targetMac, caller);
    if (target) return this.#ring(request, caller, target);
    const others = far();
    return others ? this.#ringFar(request, caller, others) : OFFLINE;
  }

  async acceptHere(mac: string): Promise<CallState> {
    const device = this.#options.deviceOf(mac);
    const [callerMac] = [...this.#ringing].find(([, { targetMac }]) => targetMac === mac) ?? [];
    return device && callerMac !== undefined ? this.#take(callerMac, device) : { status: "no_pending" };
  }

  ringFrom({ callerMac, targetMac, callerNickname }: CallRequest, end: FarEnd): boolean {
    const target = this.#options.deviceOf(targetMac);
    if (!target) return false;
    const ringing = this.#wait(callerMac, targetMac, {
      end,
      expire: () => end.end(),
      join: async (takeTarget) => {
        const isThere = await end.accept();
        this.#forget(callerMac, ringing);
        const leg = isThere ? takeTarget() : undefined;
        if (!leg) {
          end.end();
          return false;
        }
        end.attach(eventsOf(leg));
        leg.join(end);
        return true;
      },
    });
    end.attach({ ...NOT_HEARD, onEnd: () => this.#forget(callerMac, ringing) });
    target.wake(wakeReason(callerNickname));
    return true;
  }

  #ring(
    { callerMac, targetMac, callerNickname }: CallRequest,
    caller: DeviceConnection,
    target: DeviceConnection,
  ): CallState {
    const leg = this.#legOf(caller, () => this.#forget(callerMac, ringing));
    if (!leg) return OFFLINE;
    const ringing = this.#wait(callerMac, targetMac, {
      leg,
      expire: () => leg.end(),
      join: async (takeTarget) => joinBoth(leg, takeTarget()),
    });
    leg.ring();
    target.wake(wakeReason(callerNickname));
    return { status: "pending" };
  }

  /** The same with a device of another node, which is asked first: nobody's conversation ends for a call that cannot be. */
  async #ringFar(request: CallRequest, caller: DeviceConnection, far: FarCalls): Promise<CallState> {
    const { callerMac, targetMac } = request;
    const end = await far.ring(request);
    if (!end) return OFFLINE;
    let ringing: Ringing | undefined;
    const leg = this.#legOf(caller, () => {
      this.#forget(callerMac, ringing);
      end.end();
    });
    if (!leg) {
      end.end();
      return OFFLINE;
    }
    ringing = this.#wait(callerMac, targetMac, {
      ...{ leg, end },
      expire: () => leg.end(),
      // It has come to this node meanwhile.
      join: async (takeTarget) => joinBoth(leg, takeTarget(), end),
    });
    const onAccepted = () => {
      this.#forget(callerMac, ringing);
      leg.join(end);
      return true;
    };
    end.attach({ ...eventsOf(leg), onAccepted });
    leg.ring();
    return this.#settle(request, ringing, leg);
  }

  /** Both may have called before either heard of it: the one with the smaller address takes the other's call. */
  async #settle({ callerMac, targetMac }: CallRequest, own: Ringing, leg: CallLeg): Promise<CallState> {
    const back = this.#ringing.get(targetMac);
    if (back?.targetMac !== callerMac || callerMac > targetMac) return { status: "pending" };
    this.#forget(callerMac, own);
    this.#forget(targetMac, back);
    own.end?.end();
    if (await back.join(() => leg)) return { status: "bridged", peerMac: targetMac };
    leg.end();
    return OFFLINE;
  }

  async #take(callerMac: string, target: DeviceConnection): Promise<CallState> {
    const ringing = this.#ringing.get(callerMac);
    if (!target.hasSession || !(await ringing?.join(() => this.#legOf(target, () => {}))))
      return { status: "no_pending" };
    this.#forget(callerMac, ringing);
    return { status: "bridged", peerMac: callerMac };
  }

  /** The device's session ends, and the call takes its place; undefined for a device without a session. */
  #legOf(device: DeviceConnection, onEnd: () => void): CallLeg | undefined {
    const taken = device.leaveSession();
    return taken && new CallLeg(taken.link, taken.sessionId, onEnd);
  }

  /** Notes that a call waits; an earlier one of the same caller is over. */
  #wait(
    callerMac: string,
    targetMac: string,
    call: Pick<Ringing, "leg" | "end" | "join"> & { expire(): void },
  ): Ringing {
    const { expire, ...parts } = call;
    const before = this.#ringing.get(callerMac);
    this.#forget(callerMac, before);
    before?.leg?.end();
    const cancelExpiry = this.#options.clock.schedule(RINGING_MS, () => {
      this.#forget(callerMac, ringing);
      expire();
    });
    const ringing: Ringing = { ...parts, targetMac, cancelExpiry };
    this.#ringing.set(callerMac, ringing);
    return ringing;
  }

  #forget(callerMac: string, ringing: Ringing | undefined): void {
    ringing?.cancelExpiry();
    if (ringing && this.#ringing.get(callerMac) === ringing) this.#ringing.delete(callerMac);
  }

  /** Where a device is that is not here. */
  #farOf(mac: string): FarCalls | undefined {
    const far = this.#options.deviceOf(mac) ? undefined : this.#options.far();
    return far?.has(mac) ? far : undefined;
  }
}

const NOT_HEARD: FarEvents = { onSound: () => {}, onAccepted: () => false, onEnd: () => {} };

function eventsOf(leg: CallLeg): FarEvents {
  return { ...NOT_HEARD, onSound: (packet) => leg.hear(packet), onEnd: () => leg.end() };
}

/** `far` is where the target was until now. */
function joinBoth(caller: CallLeg, target: CallLeg | undefined, far?: FarEnd): boolean {
  if (!target) return false;
  far?.end();
  caller.join(target);
  target.join(caller);
  return true;
}

function wakeReason(nickname: string): string {
  return `[device_call]${nickname}`;
}
