import { networkInterfaces } from "node:os";

/** Networks that exist only inside this computer: containers, virtual machines, tunnels. */
const VIRTUAL = /^(docker|br-|veth|virbr|vmnet|vboxnet|tun|tap|wg|utun|tailscale|zt)/;

/** The IPv4 address under which other devices of the local network most likely reach this computer. */
export function lanAddress(): string {
  const candidates = Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
    (addresses ?? [])
      .filter(({ family, internal }) => family === "IPv4" && !internal)
      .map(({ address }) => ({ address, rank: rank(name, address) })),
  );
  candidates.sort((a, b) => a.rank - b.rank);
  return candidates[0]?.address ?? "127.0.0.1";
}

function rank(name: string, address: string): number {
  const network = /^192\.168\./.test(address)
    ? 0
    : /^10\./.test(address)
      ? 1
      : /^172\.(1[6-9]|2\d|3[01])\./.test(address)
        ? 2
        : 3;
  return network + (VIRTUAL.test(name) ? 10 : 0);
}

/**
 * The name in a request's `Host` header, under which the asker just reached us; undefined when there is none. Behind a
 * container's port mapping it is right where our own address is not.
 */
export function requestedHost(header: string | undefined): string | undefined {
  const match = /^(\[[0-9a-f:.]+\]|[A-Za-z0-9.-]+)(?::\d{1,5})?$/i.exec(header ?? "");
  return match?.[1];
}

/** A name for this computer that devices can use, of which one may have come with this `Host` header. */
export function nameForDevices(header: string | undefined): string {
  const host = requestedHost(header);
  return host === undefined || /^(localhost|127\.|\[::1\])/.test(host) ? lanAddress() : host;
}
