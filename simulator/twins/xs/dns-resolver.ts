import Net from "net";

interface ResolveOptions {
  host: string;
  onResolved?: (host: string, address: string) => void;
  onError?: (error: Error) => void;
}

/** Twin of `embedded:network/dns/resolver/udp`: names are looked up in the network under the device. */
export default class Resolver {
  #isClosed = false;

  resolve(options: ResolveOptions): void {
    const { host, onResolved, onError } = options;
    Net.resolve(host, (_name: string | undefined, address?: string) => {
      if (this.#isClosed) return;
      if (address) onResolved?.call(this, host, address);
      else onError?.call(this, new Error(`no address for ${host}`));
    });
  }

  close(): void {
    this.#isClosed = true;
  }
}
