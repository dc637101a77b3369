import type { IncomingHttpHeaders } from "node:http";
import { BlockList, isIPv6 } from "node:net";

/** What a device says about itself when it connects. */
export interface Credentials {
  readonly deviceId: string;
  readonly clientId: string;
  /** The token, without `Bearer`; empty when there is none. */
  readonly token: string;
}

/**
 * Who connects: by headers or, only when there is no `device-id` header, by query parameters of the same names, as
 * browsers cannot set headers. Without either it is `otherwise`; undefined when nobody is named.
 */
export function readCredentials(
  headers: IncomingHttpHeaders,
  url: string,
  otherwise?: string,
): Credentials | undefined {
  // Not every request target is a URL, and this is a stranger's.
  const searchParams = new URLSearchParams(url.slice(url.indexOf("?") + 1 || url.length));
  const hasHeader = Boolean(headers["device-id"]);
  const isNamed = hasHeader || Boolean(searchParams.get("device-id"));
  const value = (name: string): string => {
    const inQuery = searchParams.get(name);
    // Where the path names the device, what else there is may come either way.
    const found = hasHeader ? headers[name] : isNamed ? inQuery : (inQuery ?? headers[name]);
    return typeof found === "string" ? found : "";
  };
  const deviceId = isNamed ? value("device-id") : (otherwise ?? "");
  if (deviceId === "") return undefined;
  const token = /^Bearer\s+(.+)$/i.exec(value("authorization"))?.[1] ?? "";
  return { deviceId, clientId: value("client-id"), token };
}

/** The device whose MCP server connects by this request target (`/mcp/device/<device id>`); undefined for any other. */
export function mcpDeviceIn(target: string): string | undefined {
  const [, id] = /^(?:\/xiaozhi)?\/mcp\/device\/([^/?]+)\/?(?:\?|$)/.exec(target) ?? [];
  try {
    return id === undefined ? undefined : decodeURIComponent(id);
  } catch {
    return undefined;
  }
}

/** Where a request came from: what a proxy in front of us says, else the socket's own address. */
export function clientIp(headers: IncomingHttpHeaders, socketAddress: string | undefined): string {
  const first = (value: string | string[] | undefined) =>
    String(value ?? "")
      .split(",")[0]
      ?.trim();
  return first(headers["x-real-ip"]) || first(headers["x-forwarded-for"]) || socketAddress || "unknown";
}

/** Addresses of this computer and of its network: proxies and gateways are there, strangers are not. */
function createNearAddresses(): BlockList {
  const near = new BlockList();
  for (const [network, bits] of [
    ["127.0.0.0", 8],
    ["10.0.0.0", 8],
    ["172.16.0.0", 12],
    ["192.168.0.0", 16],
  ] as const) {
    near.addSubnet(network, bits);
  }
  near.addAddress("::1", "ipv6");
  near.addSubnet("fc00::", 7, "ipv6");
  return near;
}

const NEAR = createNearAddresses();

/** The address that a connection counts for: headers are believed from a proxy in our own network alone. */
export function countedAddress(headers: IncomingHttpHeaders, socketAddress: string | undefined): string {
  const address = socketAddress?.replace(/^::ffff:/, "");
  if (address === undefined || NEAR.check(address, isIPv6(address) ? "ipv6" : "ipv4")) {
    return clientIp(headers, address);
  }
  return address;
}
