import { isIP } from "node:net";
import type { DeviceIdentity } from "../session/link.ts";

/** Bits of an address that are the same within a home's network. */
const LAN_BITS_4 = 24;
const PREFIX_GROUPS_6 = 4;
const PRIVATE_4 = /^(10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.)/;

/**
 * Stands for the home of a device: devices are of one home when they come from one network and belong to one account, or to nobody.
 * A network is a public IPv4 address, the 256 addresses around a private one, or a prefix of IPv6. Undefined for devices of this very
 * computer, and where nobody knows.
 *
 * @param owner account that the device is bound to
 */
export function homeOf({ ip }: Pick<DeviceIdentity, "ip">, owner: string | undefined): string | undefined {
  const network = networkOf(ip.replace(/^::ffff:(?=\d+\.)/i, ""));
  return network && `${network} ${owner ?? ""}`;
}

function networkOf(address: string): string | undefined {
  const kind = isIP(address);
  if (kind === 0 || address.startsWith("127.") || address === "::1") return undefined;
  if (kind === 6) return `${groupsOf(address).slice(0, PREFIX_GROUPS_6).join(":")}::`;
  return PRIVATE_4.test(address)
    ? address
        .split(".")
        .slice(0, LAN_BITS_4 / 8)
        .join(".")
    : address;
}

/** The eight groups of an IPv6 address, without zeros in front. */
function groupsOf(address: string): readonly string[] {
  const [left = "", right] = (address.split("%")[0] ?? "").toLowerCase().split("::");
  const split = (text: string) => (text === "" ? [] : text.split(":"));
  const [head, tail] = [split(left), split(right ?? "")];
  const gap = right === undefined ? 0 : Math.max(0, 8 - head.length - tail.length);
  return [...head, ...Array<string>(gap).fill("0"), ...tail].map((group) => group.replace(/^0+(?=.)/, ""));
}
