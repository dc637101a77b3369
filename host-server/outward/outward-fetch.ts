import { type LookupAddress, lookup as lookUp } from "node:dns";
import { Agent as HttpAgent, type IncomingMessage, type RequestOptions, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { AppError } from "../errors.ts";
import { isPublicAddress } from "./public-address.ts";

const MAX_REDIRECTS = 5;
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
/** Answers without a body, for which `Response` takes none. */
const EMPTY: readonly number[] = [204, 205, 304];

/** Who said where to. */
export type AddressOrigin =
  /** The configuration: an administrator may mean a computer beside this one. */
  | "configured"
  /** A page, a model, a user: it leads to the internet, or nowhere. */
  | "given";

/** A request; its body is sent as it is. */
export interface OutwardRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

/** Sends a request somewhere. @throws AppError `address-refused`; else Error of the network */
export type OutwardFetch = (url: URL, request: OutwardRequest, origin: AddressOrigin) => Promise<Response>;

export interface OutwardOptions {
  /** In place of the system's: for tests. */
  readonly lookup?: typeof lookUp;
}

/**
 * Requests to the web. Where somebody else than an administrator said where to, the address that is connected to must be one
 * of the internet: it is looked at when the name has been looked up for this very connection, so that a name that changes
 * its address leads nowhere else, and again at each redirect. What an administrator configured may lead to another
 * address of the same host, or to the internet, but not on to a computer beside this one.
 */
export function createOutwardFetch({ lookup = lookUp }: OutwardOptions = {}): OutwardFetch {
  const guarded = agents(guardedLookup(lookup));
  // A proxy would look names up by itself: what is given goes without one.
  const proxyEnv = process.env["NODE_USE_ENV_PROXY"] ? process.env : undefined;
  const open = agents(lookup as LookupFunction, proxyEnv && { proxyEnv });
  return async (first, request, origin) => {
    let url = first;
    let sent = request;
    for (let count = 0; count <= MAX_REDIRECTS; count++) {
      const isFree = origin === "configured" && url.host === first.host;
      if (!isFree) refuseOwn(url);
      const answer = await send(url, sent, (isFree ? open : guarded)[url.protocol as "http:"]);
      const { statusCode = 0, headers } = answer;
      if (!REDIRECTS.includes(statusCode) || headers.location === undefined) return responseOf(answer);
      answer.resume();
      const next = new URL(headers.location, url);
      sent = following(sent, { statusCode, isSameHost: next.host === url.host });
      url = next;
    }
    throw new AppError("address-refused", `address-refused: ${first.host} leads from one address to the next`);
  };
}

function agents(lookup: LookupFunction, more: object = {}) {
  const options = { lookup, ...more } as object;
  return { "http:": new HttpAgent(options), "https:": new HttpsAgent(options) };
}

/** @throws AppError `address-refused` for what can be told from the address alone */
function refuseOwn({ protocol, hostname }: URL): void {
  const bare = hostname.replace(/^\[|\]$/g, "");
  if (protocol !== "http:" && protocol !== "https:") throw refused(`${protocol} is neither http nor https`);
  if (isIP(bare) !== 0 && !isPublicAddress(bare)) throw refused(`${bare} is no address of the internet`);
}

/** Gives the addresses of the internet that a name has. */
function guardedLookup(lookup: typeof lookUp): LookupFunction {
  return (hostname, { family = 0 }, done) => {
    const wanted = family === "IPv4" ? 4 : family === "IPv6" ? 6 : family;
    lookup(hostname, { all: true, family: wanted }, (error, found: LookupAddress[]) => {
      if (error) return done(error, []);
      const [first] = found.filter(({ address }) => isPublicAddress(address));
      if (first) return done(null, [first]);
      done(refused(`${hostname} has no address of the internet`), []);
    });
  };
}

function refused(why: string): AppError {
  return new AppError("address-refused", `address-refused: ${why}`);
}

function send(url: URL, { method = "GET", headers, body, signal }: OutwardRequest, agent: HttpAgent | undefined) {
  if (!agent) throw refused(`${url.protocol} is neither http nor https`);
  const options: RequestOptions = { method, headers: { accept: "*/*", ...headers }, agent, signal };
  return new Promise<IncomingMessage>((resolve, reject) => {
    const request = url.protocol === "https:" ? requestHttps(url, options) : requestHttp(url, options);
    request.once("error", reject);
    request.once("response", resolve);
    request.end(body);
  });
}

/** Keys for one site are not for the next. */
function following(
  { headers = {}, method = "GET", body, signal }: OutwardRequest,
  { statusCode, isSameHost }: { statusCode: number; isSameHost: boolean },
): OutwardRequest {
  const keepsBody = statusCode === 307 || statusCode === 308;
  const kept = isSameHost
    ? headers
    : Object.fromEntries(
        Object.entries(headers).filter(([name]) => /^(user-agent|accept.*|content-type)$/i.test(name)),
      );
  return keepsBody ? { headers: kept, method, signal, ...(body !== undefined && { body }) } : { headers: kept, signal };
}

function responseOf(answer: IncomingMessage): Response {
  const { statusCode: status = 500 } = answer;
  const headers = Object.entries(answer.headersDistinct).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  );
  if (EMPTY.includes(status)) answer.resume();
  const body = EMPTY.includes(status) ? null : (Readable.toWeb(answer) as ReadableStream<Uint8Array>);
  return new Response(body as never, { status, headers });
}
