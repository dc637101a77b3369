import type { Cancel, Clock } from "../../protocol/clock.ts";
import { frozen } from "../../protocol/frozen.ts";
import { DatagramPort } from "../io/datagram-port.ts";
import { storedFile } from "../io/flash/stored-file.ts";
import { HttpServer } from "../io/http/http-server.ts";
import type { JoinResult, SeenNetwork, Wifi } from "../io/wifi/wifi.ts";
import { detached } from "../system/contained.ts";
import { log } from "../system/log.ts";
import { type AdvancedSettings, Portal } from "./portal.ts";
import { answerName } from "./portal-names.ts";
import type { SavedNetwork, SavedNetworks } from "./saved-networks.ts";

export interface HotspotParts {
  readonly clock: Clock;
  readonly wifi: Wifi;
  readonly saved: SavedNetworks;
  readonly advanced: AdvancedSettings;
  /** Looks for a server in the network that was joined. */
  readonly searchServer: () => Promise<string | undefined>;
  /** The user is done: the device shall connect. */
  readonly onExit: () => void;
  /** One of the saved networks is seen again, and nobody uses the page. */
  readonly onSavedSeen: () => void;
}

/** What the platform gives itself in a network that it makes. */
const ADDRESS = frozen([192, 168, 4, 1]);
const HTTP_PORT = 80;
const DNS_PORT = 53;
const PAGE = "portal.html";

const RESCAN_MS = 10_000;
const JOIN_MS = 10_000;
const JOIN_ATTEMPTS = 2;
const JOIN_PAUSE_MS = 3000;
/** The answer to the page leaves first. */
const EXIT_MS = 200;
/** A page that asked for nothing for so long is not being looked at. */
const UNUSED_MS = 60_000;

/** Where the page is. */
export const PORTAL_URL = `http://${ADDRESS.join(".")}`;

/** The device's own open network, with the page on which a phone tells it another one. */
export class Hotspot {
  readonly #parts: HotspotParts;
  readonly #portal: Portal;
  #server: HttpServer | undefined;
  #names: DatagramPort | undefined;
  #seen: readonly SeenNetwork[] = [];
  #foundServer: string | undefined;
  #cancelScan: Cancel | undefined;
  #isTrying = false;
  /** Also when a saved network is near. */
  #staysOpen = false;
  #usedAt = 0;

  constructor(parts: HotspotParts) {
    this.#parts = parts;
    this.#portal = new Portal({
      ...parts,
      url: `${PORTAL_URL}/`,
      page: () => storedFile(PAGE),
      seen: () => this.#seen,
      foundServer: () => this.#foundServer,
      tryNetwork: (network) => this.tryNetwork(network),
      onExit: () => parts.clock.schedule(EXIT_MS, parts.onExit),
    });
  }

  /** The networks around, as of the last look. */
  get seen(): readonly SeenNetwork[] {
    return this.#seen;
  }

  get isOpen(): boolean {
    return this.#server !== undefined;
  }

  /** @throws Error when the radio or a port is not to be had */
  open(ssid: string, { staysOpen }: { readonly staysOpen: boolean }): void {
    if (this.#server) return;
    this.#staysOpen = staysOpen;
    const { clock, wifi } = this.#parts;
    wifi.openHotspot(ssid);
    this.#usedAt = clock.now() - UNUSED_MS;
    this.#foundServer = undefined;
    this.#server = new HttpServer({
      port: HTTP_PORT,
      clock,
      answer: (call) => {
        this.#usedAt = clock.now();
        return this.#portal.answer(call);
      },
    });
    this.#names = new DatagramPort({
      clock,
      port: DNS_PORT,
      onDatagram: (bytes, address, port) => {
        const answer = answerName(bytes, ADDRESS);
        if (answer) this.#names?.send(answer, address, port);
      },
    });
    this.#scan();
  }

  close(): void {
    this.#cancelScan?.();
    this.#cancelScan = undefined;
    this.#names?.close();
    this.#names = undefined;
    if (!this.#server) return;
    this.#server.close();
    this.#server = undefined;
    this.#seen = [];
    this.#parts.wifi.closeHotspot();
  }

  /** Looks around again and again: the list on the page should be true. */
  #scan(): void {
    this.#cancelScan = undefined;
    const { clock, wifi } = this.#parts;
    const look = async () => {
      // The radio cannot look around while it joins.
      if (!this.#isTrying) {
        const seen = await wifi.scan();
        if (!this.isOpen) return;
        if (seen.length > 0) this.#seen = seen;
        this.#noticeSaved();
      }
      if (this.isOpen && !this.#cancelScan) this.#cancelScan = clock.schedule(RESCAN_MS, () => this.#scan());
    };
    detached("hotspot", look());
  }

  /** A router that was switched off with the device may need longer to come back. */
  #noticeSaved(): void {
    const { saved, clock, onSavedSeen } = this.#parts;
    if (this.#staysOpen || this.#isTrying || clock.now() - this.#usedAt < UNUSED_MS) return;
    const names = saved.list.map(({ ssid }) => ssid);
    if (this.#seen.some(({ ssid }) => names.includes(ssid))) onSavedSeen();
  }

  /** Really joins, so that nobody goes away from a device with a wrong password. One attempt at a time. */
  async tryNetwork(network: SavedNetwork): Promise<JoinResult> {
    if (this.#isTrying) return "failed";
    this.#isTrying = true;
    try {
      let result = await this.#parts.wifi.join(network, JOIN_MS);
      for (let attempt = 1; attempt < JOIN_ATTEMPTS && result !== "joined" && result !== "wrong-password"; attempt++) {
        await this.#pause();
        result = await this.#parts.wifi.join(network, JOIN_MS);
      }
      log.info("network tried", { ssid: network.ssid, result });
      if (result === "joined") detached("server search", this.#findServer());
      else this.#parts.wifi.leave();
      return result;
    } finally {
      this.#isTrying = false;
    }
  }

  async #findServer(): Promise<void> {
    this.#foundServer = await this.#parts.searchServer();
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#parts.clock.schedule(JOIN_PAUSE_MS, () => resolve());
    });
  }
}
