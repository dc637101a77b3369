import { randomUUID } from "node:crypto";
import type { JsonObject } from "../../protocol/json.ts";
import type { CallRequest, CallState, FarCalls, FarEnd, FarEvents, OwnCalls } from "../gateway/calls/call-contract.ts";
import type { Log } from "../log.ts";
import type { Bus } from "./bus.ts";
import { type Membership, QUICK_MS } from "./membership.ts";
import type { Presence } from "./presence.ts";

/** ms that a node may take to make a call, for which it may ask another one. */
const FORWARD_MS = 7_000;

export interface RemoteCallsOptions {
  readonly bus: Bus;
  readonly log: Log;
  readonly membership: Membership;
  readonly presence: Presence;
  /** The calls of this node's devices; undefined at a node without a gateway. */
  readonly own: OwnCalls | undefined;
}

/**
 * Calls between devices of two nodes. The node of the device that is called is asked to have it ring, and says when the call
 * is taken; from then on sound goes both ways over the bus, some 4 KB a second. A call ends with either node, and with the
 * connection to the others.
 */
export class RemoteCalls implements FarCalls {
  readonly #options: RemoteCallsOptions;
  /** By the id of the call, which both nodes have. */
  readonly #ends = new Map<string, RemoteEnd>();

  constructor(options: RemoteCallsOptions) {
    this.#options = options;
  }

  start(): void {
    const { bus, membership, own } = this.#options;
    const { id } = membership;
    membership.answer("calls.request", async (message) => ({ ...(await own?.requestHere(readRequest(message))) }));
    membership.answer("calls.accept", async ({ mac }) => ({ ...(await own?.acceptHere(String(mac))) }));
    membership.answer("calls.ring", (message) => this.#ring(message));
    membership.answer("calls.join", ({ call }) => ({ isJoined: this.#ends.get(String(call))?.accepted() ?? false }));
    bus.subscribe(`calls.sound.${id}`, ({ call, sound }) => {
      this.#ends.get(String(call))?.sounded(Buffer.from(String(sound), "base64"));
    });
    bus.subscribe(`calls.end.${id}`, ({ call }) => this.#ends.get(String(call))?.ended());
    bus.onChange((isUp) => isUp || this.#endAll(() => true));
    membership.listen({ onGo: (gone) => this.#endAll(({ node }) => node === gone.id) });
  }

  /** Ends every call with another node, which is told. */
  stop(): void {
    for (const end of [...this.#ends.values()]) end.end();
  }

  has(mac: string): boolean {
    return this.#options.presence.nodeOf(mac) !== undefined;
  }

  request(request: CallRequest): Promise<CallState> {
    return this.#state(request.callerMac, "calls.request", { ...request }, { status: "offline" });
  }

  accept(mac: string): Promise<CallState> {
    return this.#state(mac, "calls.accept", { mac }, { status: "no_pending" });
  }

  async ring(request: CallRequest): Promise<FarEnd | undefined> {
    const node = this.#options.presence.nodeOf(request.targetMac);
    if (node === undefined) return undefined;
    const end = this.#open(node, randomUUID(), request.targetMac);
    const from = { call: end.call, node: this.#options.membership.id };
    const { rings } = await this.#ask(node, "calls.ring", { ...request, ...from }, QUICK_MS);
    if (rings === true) return end;
    end.end();
    return undefined;
  }

  /** A device of another node calls one of this node. */
  #ring(message: JsonObject): JsonObject {
    const request = readRequest(message);
    const end = this.#open(String(message["node"]), String(message["call"]), request.callerMac);
    const rings = this.#options.own?.ringFrom(request, end) ?? false;
    if (!rings) this.#ends.delete(end.call);
    return { rings };
  }

  /** What became of something that the node of a device was asked for. */
  async #state(mac: string, method: string, message: JsonObject, otherwise: CallState): Promise<CallState> {
    const node = this.#options.presence.nodeOf(mac);
    if (node === undefined) return otherwise;
    const { status, peerMac } = await this.#ask(node, method, message, FORWARD_MS);
    if (status === "bridged") return { status, peerMac: String(peerMac) };
    return status === "offline" || status === "pending" || status === "no_pending" ? { status } : otherwise;
  }

  #open(node: string, call: string, deviceId: string): RemoteEnd {
    const end = new RemoteEnd({
      ...{ node, call, deviceId },
      publish: (subject, message) => this.#options.bus.publish(`${subject}.${node}`, { call, ...message }),
      join: async () => (await this.#ask(node, "calls.join", { call }, QUICK_MS))["isJoined"] === true,
      onEnd: () => this.#ends.delete(call),
    });
    this.#ends.set(call, end);
    return end;
  }

  /** What a node answers; nothing when it does not. */
  async #ask(node: string, method: string, message: JsonObject, timeoutMs: number): Promise<JsonObject> {
    const { membership, log } = this.#options;
    try {
      return await membership.ask(node, method, message, timeoutMs);
    } catch (error) {
      log.warn({ node: membership.find(node)?.name ?? node, error }, "a call with a device of another node failed");
      return {};
    }
  }

  #endAll(isMeant: (end: RemoteEnd) => boolean): void {
    for (const end of [...this.#ends.values()].filter(isMeant)) end.ended();
  }
}

interface RemoteEndOptions {
  readonly node: string;
  readonly call: string;
  readonly deviceId: string;
  readonly publish: (subject: "calls.sound" | "calls.end", message: JsonObject) => void;
  readonly join: () => Promise<boolean>;
  /** Nothing more is said or heard of it. */
  readonly onEnd: () => void;
}

/** A device of another node in a call, as the device here sees it. */
class RemoteEnd implements FarEnd {
  readonly #options: RemoteEndOptions;
  #events: FarEvents | undefined;
  #isOpen = true;
  #isAccepted = false;

  constructor(options: RemoteEndOptions) {
    this.#options = options;
  }

  get node(): string {
    return this.#options.node;
  }

  get call(): string {
    return this.#options.call;
  }

  get deviceId(): string {
    return this.#options.deviceId;
  }

  attach(events: FarEvents): void {
    this.#events = events;
    // It may have ended before anybody heard of it.
    if (!this.#isOpen) events.onEnd();
  }

  hear(packet: Uint8Array): void {
    if (this.#isOpen) this.#options.publish("calls.sound", { sound: Buffer.from(packet).toString("base64") });
  }

  async accept(): Promise<boolean> {
    return (await this.#options.join()) && this.#isOpen;
  }

  end(): void {
    if (this.#close()) this.#options.publish("calls.end", {});
  }

  /** The other node tells of a packet of its device. */
  sounded(packet: Uint8Array): void {
    if (this.#isOpen && packet.byteLength > 0) this.#events?.onSound(packet);
  }

  /** The device there takes the call; gives whether there is one still. */
  accepted(): boolean {
    if (!this.#isOpen || this.#isAccepted) return false;
    this.#isAccepted = this.#events?.onAccepted() ?? false;
    return this.#isAccepted;
  }

  /** The call is over: the device here is told. */
  ended(): void {
    if (this.#close()) this.#events?.onEnd();
  }

  #close(): boolean {
    const was = this.#isOpen;
    this.#isOpen = false;
    if (was) this.#options.onEnd();
    return was;
  }
}

function readRequest({ callerMac, targetMac, callerNickname }: JsonObject): CallRequest {
  return { callerMac: String(callerMac), targetMac: String(targetMac), callerNickname: String(callerNickname) };
}
