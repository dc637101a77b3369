import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { isObject, type JsonObject } from "../../protocol/json.ts";
import type { DeviceKeys } from "./device-keys.ts";
import { isEqual } from "./mqtt-credentials.ts";

/** ms within which a device asks for its tokens after its proof; it does so at once, and may have to try again. */
const PROVEN_MS = 10 * 60_000;
/** ms that a device has to answer a challenge. */
const CHALLENGE_MS = 30 * 60_000;
/** Devices that are being asked: whoever makes up more of them fills no memory. */
const MAX_ASKED = 10_000;
const CHALLENGE_BYTES = 24;

/** Who asks. */
export interface Claimant {
  readonly deviceId: string;
  readonly clientId: string;
  /** Header `Serial-Number`; empty when there is none. */
  readonly serialNumber: string;
}

/** What several nodes say to each other. */
export interface ProofBus {
  publish(subject: string, message: JsonObject): void;
  subscribe(subject: string, onMessage: (message: JsonObject) => void): unknown;
}

/** `unknown`: nobody was asked for a proof. */
export type ProofOutcome = "proven" | "refused" | "unknown";

interface Asked {
  readonly challenge: string;
  readonly at: number;
  readonly isProven: boolean;
}

/** Between nodes: a device was asked, or has proven who it is. */
const SUBJECT = "device.proof";

/**
 * Devices that prove who they are before they get tokens, as the reference's second version of activation has it: the version
 * check gives a challenge, and the device sends its HMAC-SHA256 by the key that belongs to its serial number. Of several nodes one
 * may ask, another one take the proof, and a third one give the tokens.
 */
export class DeviceProof {
  readonly #keys: DeviceKeys;
  readonly #now: () => number;
  readonly #asked = new Map<string, Asked>();
  readonly #bus: ProofBus | undefined;
  /** By which this one knows its own messages. */
  readonly #self = randomUUID();

  /**
   * @param now ms
   * @param bus to the other nodes, where there are any
   */
  constructor(keys: DeviceKeys, now: () => number, bus?: ProofBus) {
    this.#keys = keys;
    this.#now = now;
    this.#bus = bus;
    bus?.subscribe(SUBJECT, (message) => this.#hear(message));
  }

  /** What the device has to sign; undefined when it has done so just now. */
  challengeFor(claimant: Claimant): string | undefined {
    const key = nameOf(claimant);
    const known = this.#asked.get(key);
    const age = this.#now() - (known?.at ?? 0);
    if (known?.isProven && age <= PROVEN_MS) return undefined;
    if (known && !known.isProven && age <= CHALLENGE_MS) return known.challenge;
    const challenge = randomBytes(CHALLENGE_BYTES).toString("hex");
    this.#note(key, challenge, false);
    return challenge;
  }

  /** Takes the body of an activation: `{algorithm, serial_number, challenge, hmac}`, which some devices wrap in `Payload`. */
  prove(claimant: Claimant, body: unknown): ProofOutcome {
    const asked = this.#asked.get(nameOf(claimant));
    if (!asked) return "unknown";
    if (asked.isProven) return "proven";
    const given = isObject(body) && isObject(body["Payload"]) ? body["Payload"] : body;
    const key = this.#keys.get(claimant.serialNumber);
    if (!key || !isObject(given) || given["algorithm"] !== "hmac-sha256") return "refused";
    const { serial_number, challenge, hmac } = given;
    const isSame = serial_number === claimant.serialNumber && challenge === asked.challenge;
    const expected = createHmac("sha256", key).update(asked.challenge).digest("hex");
    if (!isSame || typeof hmac !== "string" || !isEqual(hmac.toLowerCase(), expected)) return "refused";
    this.#note(nameOf(claimant), asked.challenge, true);
    return "proven";
  }

  /** Keeps it, and tells the others. */
  #note(device: string, challenge: string, isProven: boolean): void {
    this.#keep(device, challenge, isProven);
    this.#bus?.publish(SUBJECT, { node: this.#self, device, challenge, isProven });
  }

  #hear({ node, device, challenge, isProven }: JsonObject): void {
    if (node === this.#self || typeof device !== "string" || typeof challenge !== "string") return;
    this.#keep(device, challenge, isProven === true);
  }

  #keep(device: string, challenge: string, isProven: boolean): void {
    this.#asked.delete(device);
    this.#asked.set(device, { challenge, at: this.#now(), isProven });
    const [oldest] = this.#asked.keys();
    if (this.#asked.size > MAX_ASKED && oldest !== undefined) this.#asked.delete(oldest);
  }
}

function nameOf({ deviceId, clientId, serialNumber }: Claimant): string {
  return JSON.stringify([deviceId.toLowerCase(), clientId, serialNumber]);
}
