import { hostname } from "node:os";
import { Bonjour, type Service } from "bonjour-service";
import { ANNOUNCEMENT_VERSION, type Announcement, OTA_PATH, SERVICE_TYPE } from "../protocol/ota.ts";
import { contained } from "./faults/contained.ts";
import type { Log } from "./log.ts";

/** How a server makes itself known in the local network. */
export interface DiscoveryOptions {
  readonly log: Log;
  /** Of the version check. */
  readonly port: number;
  /** Where and how multicast goes; for tests. */
  readonly multicast?: { readonly multicast: boolean; readonly ip: string; readonly port: number };
}

/** The parts of the library's multicast socket that are used; it declares none of them. */
interface MulticastSocket {
  on(event: "query", listener: (message: Query, from: { address: string; port: number }) => void): void;
  on(event: "error" | "warning", listener: (error: Error) => void): void;
  respond(answer: object, to: { address: string; port: number }): void;
}

interface Query {
  readonly id: number;
  readonly questions: readonly { readonly name: string; readonly type: string }[];
}

const MULTICAST_PORT = 5353;
const SERVICE_NAME = `${SERVICE_TYPE}.local`;

/** Who asks from another port keeps an answer for at most so many seconds (RFC 6762 §6.7). */
const DIRECT_TTL_SECONDS = 10;

/** The port of the version check that installations have unless they choose another. */
const USUAL_PORT = 8002;

/**
 * Announces the server as DNS-SD service `_xiaozhi._tcp`, and answers devices that ask for one. What the network refuses
 * is a line in the log: discovery is a convenience. Gives what ends it, with a goodbye to those who listen.
 */
export function announceServer({ log, port, multicast }: DiscoveryOptions): () => Promise<void> {
  const refused = (error: Error) => log.warn({ reason: error.message }, "announcing in the local network failed");
  const bonjour = new Bonjour({ ...multicast }, refused);
  const { mdns } = (bonjour as unknown as { server: { mdns: MulticastSocket } }).server;
  mdns.on("error", refused);
  // Networks that come and go while the server runs.
  mdns.on("warning", (error) => log.debug({ reason: error.message }, "announcing in the local network"));
  const about: Announcement = { v: ANNOUNCEMENT_VERSION, ota: OTA_PATH };
  const service = bonjour.publish({
    name: port === USUAL_PORT ? `XiaoZhi on ${hostname()}` : `XiaoZhi on ${hostname()} (${port})`,
    type: "xiaozhi",
    port,
    host: `${hostname()}.local`,
    txt: { ...about },
    probe: false,
  });
  const answer = (query: Query, from: { address: string; port: number }) => {
    if (from.port !== MULTICAST_PORT && asksForServers(query)) mdns.respond(directAnswer(query, service), from);
  };
  mdns.on("query", contained({ log, at: "discovery" }, answer));
  return () =>
    new Promise((resolve) => {
      bonjour.unpublishAll(() => bonjour.destroy(() => resolve()));
    });
}

/** Whether an address to listen on is reached by this computer alone: then there is nobody to announce it to. */
export function isLoopback(ip: string): boolean {
  return ip === "localhost" || ip === "::1" || ip.startsWith("127.");
}

function asksForServers({ questions }: Query): boolean {
  return questions.some(({ name, type }) => name.toLowerCase() === SERVICE_NAME && (type === "PTR" || type === "ANY"));
}

/** All in one datagram for the asker alone; the library itself answers to everybody only. */
function directAnswer({ id, questions }: Query, service: Service): object {
  const records = service.records().map((record) => ({ ...record, ttl: DIRECT_TTL_SECONDS }));
  const ofType = (...types: string[]) => records.filter(({ type }) => types.includes(type));
  const answers = ofType("PTR").filter(({ name }) => name === SERVICE_NAME);
  return { id, questions, answers, additionals: ofType("SRV", "TXT", "A") };
}
