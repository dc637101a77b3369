import type { Duplex } from "node:stream";
import { createServer, type TlsOptions } from "node:tls";
import type { MemoryNetwork } from "../../simulator/memory-network.ts";

export interface FrontOptions {
  readonly host: string;
  readonly port: number;
  /** Where the same server listens in clear. */
  readonly behind: { readonly host: string; readonly port: number };
  /** The server's certificates and key. */
  readonly tls: TlsOptions;
}

/** Puts TLS in front of a server of the memory network. Gives the connections that were secured, newest last. */
export async function listenTls(network: MemoryNetwork, { host, port, behind, tls }: FrontOptions): Promise<Duplex[]> {
  const secured: Duplex[] = [];
  const front = createServer(tls, (stream) => {
    secured.push(stream);
    const inner = network.connect(behind);
    for (const [one, other] of [
      [stream, inner],
      [inner, stream],
    ] as const) {
      one.pipe(other);
      one.on("error", () => other.destroy());
      one.on("close", () => other.destroy());
    }
  });
  front.on("tlsClientError", () => {});
  await network.listen(host, port, (stream) => {
    stream.on("error", () => {});
    front.emit("connection", stream);
  });
  return secured;
}
