import type { Cancel } from "../../../protocol/clock.ts";
import { frozen } from "../../../protocol/frozen.ts";
import { detached } from "../../system/contained.ts";
import { log } from "../../system/log.ts";
import { credentialFault } from "../credentials.ts";
import type { SavedNetwork } from "../saved-networks.ts";
import type { SerialSetupParts } from "../serial-setup.ts";
import { ImprovReader, improvPacket, improvResult, PACKET } from "./packet.ts";

export interface ImprovParts extends SerialSetupParts {
  readonly send: (bytes: Uint8Array) => void;
}

const STATE = frozen({ ready: 2, provisioning: 3, provisioned: 4 });
const ERROR = frozen({ none: 0, invalidPacket: 1, unknownCommand: 2, unableToConnect: 3, unknown: 255 });
const COMMAND = frozen({
  sendWifi: 1,
  requestState: 2,
  requestInfo: 3,
  requestNetworks: 4,
  hostname: 5,
  deviceName: 6,
  networkState: 7,
});

/** Flags of the answer to `networkState`. */
const ONLINE = 1;
const SUPPORTS_WIFI = 2;

/** The bytes of one packet come closer together than this. */
const GAP_MS = 500;

/** The device's side of Improv over a serial line (improv-wifi.com/serial, version 1): one command at a time. */
export class Improv {
  readonly #parts: ImprovParts;
  readonly #reader: ImprovReader;
  #isTrying = false;
  #isLooking = false;
  #cancelGap: Cancel | undefined;

  constructor(parts: ImprovParts) {
    this.#parts = parts;
    this.#reader = new ImprovReader({
      onPacket: (type, data) => {
        if (type === PACKET.rpc) this.#command(data);
      },
      onInvalid: () => this.#sendError(ERROR.invalidPacket),
    });
  }

  /** What came over the line. */
  receive(bytes: Uint8Array): void {
    this.#cancelGap?.();
    this.#cancelGap = undefined;
    this.#reader.add(bytes);
    if (!this.#reader.isWaiting) return;
    this.#cancelGap = this.#parts.clock.schedule(GAP_MS, () => this.#reader.reset());
  }

  #command(data: Uint8Array): void {
    const [command, length] = data;
    if (command === undefined || length !== data.length - 2) return this.#sendError(ERROR.invalidPacket);
    const { facts, send, isConnected } = this.#parts;
    const isQuestion = length === 0;
    if (command === COMMAND.sendWifi) this.#setWifi(data.subarray(2));
    else if (command === COMMAND.requestState) this.#tellState();
    else if (command === COMMAND.requestInfo) {
      send(improvResult(command, [facts.firmware, facts.version, facts.chip, facts.name]));
    } else if (command === COMMAND.requestNetworks) this.#tellNetworks();
    else if (isQuestion && (command === COMMAND.hostname || command === COMMAND.deviceName)) {
      send(improvResult(command, [facts.name]));
    } else if (command === COMMAND.networkState) {
      send(improvResult(command, [String(SUPPORTS_WIFI + (isConnected() ? ONLINE : 0))]));
    } else this.#sendError(ERROR.unknownCommand);
  }

  /** Who is in a network gives the answer of a set-up, too; there is no page to go on with. */
  #tellState(): void {
    this.#sendState();
    if (this.#isTrying || !this.#parts.isConnected()) return;
    this.#parts.send(improvResult(COMMAND.requestState, []));
  }

  #setWifi(data: Uint8Array): void {
    const network = readCredentials(data);
    if (!network || credentialFault(network)) return this.#sendError(ERROR.invalidPacket);
    if (this.#isTrying) return this.#sendState();
    this.#isTrying = true;
    this.#sendError(ERROR.none);
    this.#sendState();
    detached("improv", this.#try(network));
  }

  async #try(network: SavedNetwork): Promise<void> {
    let isJoined = false;
    try {
      isJoined = (await this.#parts.adopt(network)) === "joined";
    } finally {
      this.#isTrying = false;
      log.info("set up by cable", { ssid: network.ssid, isJoined });
      if (!isJoined) this.#sendError(ERROR.unableToConnect);
      this.#sendPacket(PACKET.state, isJoined ? STATE.provisioned : STATE.ready);
      if (isJoined) this.#parts.send(improvResult(COMMAND.sendWifi, []));
    }
  }

  #tellNetworks(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    detached("improv", this.#look());
  }

  async #look(): Promise<void> {
    const { look, send } = this.#parts;
    try {
      for (const { ssid, rssi, authentication } of await look()) {
        const isOpen = authentication === "none";
        send(improvResult(COMMAND.requestNetworks, [ssid, String(rssi), isOpen ? "NO" : "YES"]));
      }
    } finally {
      this.#isLooking = false;
      // An answer without texts ends the list.
      send(improvResult(COMMAND.requestNetworks, []));
    }
  }

  #sendState(): void {
    const state = this.#parts.isConnected() ? STATE.provisioned : STATE.ready;
    this.#sendPacket(PACKET.state, this.#isTrying ? STATE.provisioning : state);
  }

  #sendError(code: number): void {
    this.#sendPacket(PACKET.error, code);
  }

  #sendPacket(type: number, value: number): void {
    this.#parts.send(improvPacket(type, [value]));
  }
}

/** Name and password, each behind its length; undefined when they are not that, or no text. */
function readCredentials(data: Uint8Array): SavedNetwork | undefined {
  const ssid = textAt(data, 0);
  const password = ssid && textAt(data, ssid.end);
  if (!password || password.end !== data.length) return undefined;
  return { ssid: ssid.text, password: password.text };
}

function textAt(data: Uint8Array, at: number): { readonly text: string; readonly end: number } | undefined {
  const length = data[at];
  if (length === undefined || at + 1 + length > data.length) return undefined;
  const end = at + 1 + length;
  try {
    return { text: String.fromArrayBuffer(data.slice(at + 1, end).buffer), end };
  } catch {
    return undefined;
  }
}
