import type { Duplex } from "node:stream";
import { HostNetwork } from "./host-network.ts";
import type { Listening } from "./network.ts";

/** This computer's network, in which the page of a device that is set up is at a port of this computer alone. */
export class PortalNetwork extends HostNetwork {
  readonly #port: number;

  /** @param port 0 lets the computer choose */
  constructor(port: number) {
    super();
    this.#port = port;
  }

  override listen(_host: string, _port: number, onConnection: (stream: Duplex) => void): Promise<Listening> {
    return super.listen("127.0.0.1", this.#port, onConnection);
  }
}
