import { frozen } from "../../protocol/frozen.ts";

/** The parts of an absolute URL that a device needs. */
export interface Url {
  /** Lower case, without the colon. */
  readonly scheme: string;
  /** Whether the scheme is one over TLS. */
  readonly isSecure: boolean;
  /** Name, IPv4 or IPv6 address (without its brackets). */
  readonly host: string;
  readonly port: number;
  /** With the query; begins with a slash. */
  readonly path: string;
}

/** A URL that this device cannot use. */
export class UrlError extends Error {
  override readonly name = "UrlError";
}

const TLS_PORT = 443;

const DEFAULT_PORTS: { readonly [scheme: string]: number } = frozen({
  http: 80,
  ws: 80,
  https: TLS_PORT,
  wss: TLS_PORT,
});

const URL_PATTERN = /^([a-z]+):\/\/(?:\[([0-9a-fA-F:.]+)\]|([^/:?#[\]@\s]+))(?::(\d{1,5}))?([/?][^\s#]*)?(?:#.*)?$/i;

/**
 * Splits `http`, `https`, `ws` and `wss` URLs. User information is refused: it would go out in clear.
 *
 * @throws UrlError naming the URL
 */
export function parseUrl(text: string): Url {
  const match = URL_PATTERN.exec(text);
  const scheme = match?.[1]?.toLowerCase() ?? "";
  const defaultPort = Object.hasOwn(DEFAULT_PORTS, scheme) ? DEFAULT_PORTS[scheme] : undefined;
  const host = match?.[2] ?? match?.[3];
  if (!match || defaultPort === undefined || host === undefined) {
    throw new UrlError(`expected a URL such as ws://host:8000/path, got "${text}"`);
  }
  const port = match[4] === undefined ? defaultPort : Number(match[4]);
  if (port < 1 || port > 65535) throw new UrlError(`expected a port from 1 to 65535, got "${text}"`);
  const path = match[5] ?? "/";
  return { scheme, isSecure: defaultPort === TLS_PORT, host, port, path: path.startsWith("/") ? path : `/${path}` };
}
