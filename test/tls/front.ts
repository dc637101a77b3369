import type { Duplex } from "node:stream";
import { createServer, type TLSSocket, type TlsOptions } from "node:tls";
import type { MemoryNetwork } from "../../simulator/memory-network.ts";

interface Address {
  readonly host: string;
  readonly port: number;
}

/** TLS with these certificates and key, or something else that a test does with connections. */
type Behaviour = TlsOptions | ((stream: Duplex) => void);

/** TLS in front of a server of the memory network that itself listens in clear. */
export class TlsFront {
  /** From now on. */
  behaviour: Behaviour;
  /** Connections that were secured. */
  readonly secured: TLSSocket[] = [];
  /** All connections below, newest last. */
  readonly wires: Duplex[] = [];
  readonly #network: MemoryNetwork;
  readonly #behind: Address;

  constructor(network: MemoryNetwork, behind: Address, behaviour: Behaviour) {
    this.#network = network;
    this.#behind = behind;
    this.behaviour = behaviour;
  }

  /** @throws Error when the address is taken */
  async listen({ host, port }: Address): Promise<this> {
    await this.#network.listen(host, port, (stream) => {
      stream.on("error", () => {});
      this.wires.push(stream);
      if (typeof this.behaviour === "function") return this.behaviour(stream);
      const server = createServer(this.behaviour, (secured) => this.#join(secured));
      server.on("tlsClientError", () => {});
      server.emit("connection", stream);
    });
    return this;
  }

  #join(stream: TLSSocket): void {
    this.secured.push(stream);
    const inner = this.#network.connect(this.#behind);
    stream.pipe(inner).pipe(stream);
    for (const [one, other] of [
      [stream, inner],
      [inner, stream],
    ] as const) {
      one.on("error", () => other.destroy());
      one.on("close", () => other.destroy());
    }
  }
}
