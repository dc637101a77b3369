import { connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";

/** Where a way leads: a port of this computer, or a socket in its file system. */
export type Place = { readonly port: number } | { readonly path: string };

/** A way to a server that can lie down: nothing passes, and nobody is told. */
export class Way {
  readonly #server: Server;
  readonly #place: Place;
  readonly #sockets = new Set<Socket>();
  #isStalled = false;

  private constructor(server: Server, place: Place) {
    this.#server = server;
    this.#place = place;
  }

  static async to(place: Place): Promise<Way> {
    const server = createServer((near) => way.#join(near));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const way = new Way(server, place);
    return way;
  }

  /** Port of this computer at which the way begins. */
  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  stall(): void {
    this.#isStalled = true;
    for (const socket of this.#sockets) {
      socket.unpipe();
      socket.pause();
    }
  }

  /** New connections pass; what lay on the way is lost, and those who wait for it are not told. */
  mend(): void {
    this.#isStalled = false;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #join(near: Socket): void {
    this.#sockets.add(near);
    near.on("error", () => {});
    if (this.#isStalled) return;
    const place = this.#place;
    const far = "port" in place ? connect(place.port, "127.0.0.1") : connect(place.path);
    this.#sockets.add(far);
    far.on("error", () => near.destroy());
    near.pipe(far);
    far.pipe(near);
  }
}

/** A way to a database whose address names a folder with PostgreSQL's socket, and the address by this way. */
export async function wayToPostgres(url: string): Promise<{ way: Way; url: string }> {
  const [, name, folder = ""] = /\/([^/?]+)\?host=(.*)$/.exec(url) ?? [];
  const way = await Way.to({ path: join(decodeURIComponent(folder), ".s.PGSQL.5432") });
  return { way, url: `postgresql://xiaozhi@127.0.0.1:${way.port}/${name}` };
}
