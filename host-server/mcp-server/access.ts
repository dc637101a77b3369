import { isIP } from "node:net";
import { isSameSecret } from "../secret.ts";

/** Names by which only programs of this computer call it. */
const OWN_NAMES = ["localhost", "127.0.0.1", "[::1]"];

export interface AccessOptions {
  /** The token; empty without one. */
  readonly authKey: string;
  /** Whether only programs of this computer reach the port. */
  readonly isLocal: boolean;
}

/** Why a request is refused; undefined when it is not. */
export function refusalOf(request: Request, { authKey, isLocal }: AccessOptions): Response | undefined {
  const host = hostOf(`http://${request.headers.get("host") ?? ""}`);
  const origin = request.headers.get("origin");
  // A page in a browser must not reach the port under another name (DNS rebinding): an address cannot be rebound.
  const mayCall = origin === null || [...OWN_NAMES, ...(isAddress(host) ? [host] : [])].includes(hostOf(origin));
  if (!mayCall) return refuse(403, "origin-refused", `pages of ${origin} may not use this server`);
  if (authKey === "" && !isLocal) return refuse(403, "mcp-closed", "set server.auth_key to let other programs in");
  if (authKey === "") {
    return OWN_NAMES.includes(host) ? undefined : refuse(403, "host-refused", `this server is not ${host}`);
  }
  const token = /^Bearer (.+)$/i.exec(request.headers.get("authorization") ?? "")?.[1] ?? "";
  if (isSameSecret(token, authKey)) return undefined;
  const refusal = refuse(401, "unauthorized", "the bearer token is not server.auth_key");
  refusal.headers.set("WWW-Authenticate", 'Bearer realm="xiaozhi"');
  return refusal;
}

/** A refusal as the API gives it. */
export function refuse(status: number, code: string, why: string): Response {
  return Response.json({ success: false, code, error: `${code}: ${why}` }, { status });
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : "";
}

function isAddress(host: string): boolean {
  return isIP(host.replace(/^\[(.*)\]$/, "$1")) !== 0;
}
