import { BlockList, isIP } from "node:net";

/** Networks that are nobody's on the internet (IANA special-purpose registries): this computer, homes, clouds' own services. */
const OWN_IPV4: readonly (readonly [network: string, bits: number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
];
const OWN_IPV6: readonly (readonly [network: string, bits: number])[] = [
  ["::", 96],
  // Translated IPv4, which may be any of the above.
  ["64:ff9b::", 96],
  ["64:ff9b:1::", 48],
  ["100::", 64],
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["fc00::", 7],
  ["fe80::", 10],
  ["fec0::", 10],
  ["ff00::", 8],
];

function blockList(): BlockList {
  const list = new BlockList();
  for (const [network, bits] of OWN_IPV4) list.addSubnet(network, bits, "ipv4");
  for (const [network, bits] of OWN_IPV6) list.addSubnet(network, bits, "ipv6");
  return list;
}

const own = blockList();

/** Whether an IP address is one of the internet; an IPv4 address may be written as IPv6. */
export function isPublicAddress(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1];
  if (mapped !== undefined) return isPublicAddress(mapped);
  const family = isIP(bare);
  return family !== 0 && !own.check(bare, family === 4 ? "ipv4" : "ipv6");
}
