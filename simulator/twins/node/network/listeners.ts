import type { Duplex } from "node:stream";
import type { Listening, Network } from "../../../network.ts";
import type { TwinHost, TwinPart } from "../part.ts";

/** Where others reach a device: the address that it has in a network of its own. */
const DEVICE_ADDRESS = "192.168.4.1";

/** A port of the device, and who waits at it. */
class OpenPort {
  readonly #host: TwinHost;
  readonly #id: number;
  readonly #waiting: Duplex[] = [];
  #listening: Listening | undefined;
  #isPosted = false;
  #isClosed = false;

  constructor(host: TwinHost, network: Network, id: number, port: number) {
    this.#host = host;
    this.#id = id;
    const release = host.clock.hold();
    network
      .listen(DEVICE_ADDRESS, port, (stream) => this.#arrived(stream))
      .then(
        (listening) => {
          this.#listening = listening;
          if (this.#isClosed) listening.close();
        },
        // A port that is taken: nobody comes.
        () => undefined,
      )
      .finally(release);
  }

  get port(): number {
    return this.#listening?.port ?? 0;
  }

  get hasNext(): boolean {
    return this.#waiting.length > 0;
  }

  take(): Duplex | undefined {
    return this.#waiting.shift();
  }

  close(): void {
    this.#isClosed = true;
    this.#listening?.close();
    for (const stream of this.#waiting) stream.destroy();
  }

  #arrived(stream: Duplex): void {
    // Until somebody reads it, nobody else hears of its end.
    stream.on("error", () => {});
    if (this.#isClosed) {
      stream.destroy();
      return;
    }
    this.#waiting.push(stream);
    if (this.#isPosted) return;
    this.#isPosted = true;
    this.#host.post(() => {
      this.#isPosted = false;
      if (!this.#isClosed) this.#host.notify(this.#id, "$readable", this.#waiting.length);
    });
  }
}

/** The Node side of `embedded:io/socket/listener`; `adopt` makes a connection that was read one of the device's. */
export function createListeners(
  host: TwinHost,
  network: Network,
  adopt: (id: number, stream: Duplex) => void,
): TwinPart {
  const ports = new Map<number, OpenPort>();
  return {
    calls: {
      "listener.open": (id: number, port: number) => {
        ports.set(id, new OpenPort(host, network, id, port));
      },
      "listener.port": (id: number) => ports.get(id)?.port,
      "listener.hasNext": (id: number) => ports.get(id)?.hasNext,
      "listener.accept": (id: number, connection: number) => {
        const stream = ports.get(id)?.take();
        if (stream) adopt(connection, stream);
      },
      "listener.close": (id: number) => {
        ports.get(id)?.close();
        ports.delete(id);
      },
    },
    close() {
      for (const port of ports.values()) port.close();
      ports.clear();
    },
  };
}
