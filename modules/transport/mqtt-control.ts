import type { Cancel, Clock } from "../../protocol/clock.ts";
import { parseToDevice, type ToDevice } from "../../protocol/to-device.ts";
import { ONLINE } from "../../protocol/udp-session.ts";
import { MqttConnection } from "../io/mqtt.ts";
import type { MqttAddress } from "../io/mqtt-address.ts";
import { log, reason } from "../system/log.ts";
import type { MemberNames } from "./member-names.ts";

export interface MqttControlOptions {
  readonly address: MqttAddress;
  /** Of the own authority, for a server behind TLS. */
  readonly authority?: ArrayBuffer | undefined;
  readonly clock: Clock;
  /** Of the device's whole run. */
  readonly names: MemberNames;
  /** From 0 to 1. */
  readonly random: () => number;
  /** The server has refused, or could not be reached, often enough: its address or the login may be old, or it is gone. */
  readonly onUnreachable: () => void;
  /** A message while no conversation listens; `reply` sends one back. */
  readonly onMessage: (message: ToDevice, reply: (text: string) => void) => void;
}

/** The conversation that uses the connection. */
export interface MqttUser {
  readonly onConnected: () => void;
  readonly onMessage: (message: ToDevice) => void;
  readonly onLost: () => void;
}

const CONNECT_TIMEOUT_MS = 10_000;
const FIRST_RETRY_MS = 2000;
const LONGEST_RETRY_MS = 120_000;

/** So many logins in vain, then the version check may know better; about every ten minutes while it goes on. */
const FAILURES_TO_ASK = 5;
/** Where somebody was talking, one is enough. Devices at rest have time, so that not all of a gateway that has died ask at once. */
const FAILURES_OF_TALKER = 1;

/** A connection that lasted so long was a good one: the next one is tried for soon again. */
const STABLE_AFTER_MS = 60_000;

/** What reference servers send when they have no topic to name. */
const NO_TOPIC = "null";

/**
 * The connection to an MQTT server: made at the start and kept, with conversations or without. It comes back by itself,
 * after a time that doubles and is never the same for two devices.
 */
export class MqttControl {
  readonly #options: MqttControlOptions;
  #connection: MqttConnection | undefined;
  #user: MqttUser | undefined;
  #isConnected = false;
  #isStopped = false;
  #connectedAt = 0;
  #lastIncoming = 0;
  #failures = 0;
  /** Logins in vain until the version check is asked. */
  #patience = FAILURES_TO_ASK;
  #cancelTimeout: Cancel | undefined;
  #cancelRetry: Cancel | undefined;

  constructor(options: MqttControlOptions) {
    this.#options = options;
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** When the server last sent anything; ms of the clock. */
  get lastIncoming(): number {
    return this.#lastIncoming;
  }

  /** Connects now, unless it is connected or about to be. */
  connect(): void {
    if (this.#connection || this.#isStopped) return;
    this.#cancelRetry?.();
    const { address, authority, clock } = this.#options;
    this.#cancelTimeout = clock.schedule(CONNECT_TIMEOUT_MS, () => this.#lost("no answer to the login"));
    try {
      this.#connection = new MqttConnection({
        address,
        authority,
        clock,
        onOpen: () => this.#connected(),
        onText: (text) => this.#receive(text),
        onClose: (why) => this.#lost(why),
      });
    } catch (error) {
      // The address itself is unusable: trying again would not help, another address will.
      log.error("mqtt unusable", { reason: reason(error) });
      this.#end();
      this.#user?.onLost();
    }
  }

  /** Makes another connection in place of one that has gone silent, which its socket may notice much later. */
  renew(): void {
    if (!this.#isConnected) return;
    log.warn("mqtt silent: connecting anew");
    this.#end();
    this.connect();
  }

  /** Ends the connection for good. */
  stop(): void {
    this.#isStopped = true;
    this.#end();
    this.#cancelRetry?.();
    this.#user?.onLost();
  }

  /** From now on messages and the end of the connection go to `user`; one at a time. */
  attach(user: MqttUser): void {
    this.#user = user;
  }

  detach(user: MqttUser): void {
    if (this.#user === user) this.#user = undefined;
  }

  /** Sends one message; without a connection it is lost. */
  publish(text: string): void {
    if (this.#isConnected) this.#connection?.publish(this.#options.address.publishTopic, text);
    else log.warn("message not sent: no connection over MQTT");
  }

  #connected(): void {
    this.#cancelTimeout?.();
    this.#isConnected = true;
    this.#patience = FAILURES_TO_ASK;
    this.#connectedAt = this.#lastIncoming = this.#options.clock.now();
    const { endpoint, clientId, subscribeTopic, willTopic } = this.#options.address;
    log.info("mqtt connected", { endpoint });
    if (subscribeTopic !== "" && subscribeTopic !== NO_TOPIC) this.#connection?.subscribe(subscribeTopic);
    // Kept by the broker: a gateway that comes later must know who is there, and of which group.
    if (willTopic !== "")
      this.#connection?.publish(willTopic, JSON.stringify({ type: ONLINE, client_id: clientId }), true);
    this.#user?.onConnected();
  }

  #receive(text: string): void {
    this.#lastIncoming = this.#options.clock.now();
    try {
      this.#options.names.check(text);
      const message = parseToDevice(text);
      if (message.type === "unknown") log.info("message ignored", { type: message.wireType });
      else if (this.#user) this.#user.onMessage(message);
      else this.#options.onMessage(message, (reply) => this.publish(reply));
    } catch (error) {
      log.warn("message refused", { reason: reason(error) });
    }
  }

  #end(): void {
    this.#cancelTimeout?.();
    this.#connection?.close();
    this.#connection = undefined;
    this.#isConnected = false;
  }

  #lost(why: string): void {
    const { clock } = this.#options;
    if (this.#isConnected && clock.now() - this.#connectedAt >= STABLE_AFTER_MS) this.#failures = 0;
    const wasConnected = this.#isConnected;
    const isAwaited = this.#user !== undefined;
    this.#end();
    const retryMs = this.#nextRetry();
    log.warn("mqtt lost", { reason: why, retryMs });
    this.#cancelRetry = clock.schedule(retryMs, () => this.connect());
    this.#user?.onLost();
    if (wasConnected) this.#patience = isAwaited ? FAILURES_OF_TALKER : FAILURES_TO_ASK;
    else if (--this.#patience <= 0 || isAwaited) {
      this.#patience = FAILURES_TO_ASK;
      this.#options.onUnreachable();
    }
  }

  /** Half of the time is fixed and half is drawn, so that devices do not all come back at once. */
  #nextRetry(): number {
    const longest = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 10);
    return Math.round(longest * (0.5 + this.#options.random() / 2));
  }
}
