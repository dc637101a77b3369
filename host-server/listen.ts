import type { Socket } from "node:dgram";
import type { AddressInfo, Server } from "node:net";
import { variableFor } from "./config/environment.ts";
import { AppError } from "./errors.ts";

/** Where to listen, and the key of the configuration that says so. */
export interface ListenAddress {
  readonly ip: string;
  readonly port: number;
  readonly key: string;
}

/**
 * Opens a port for connections.
 *
 * @throws AppError `port-busy` or `port-refused`, naming the port and how to choose another
 */
export function listen(server: Server, address: ListenAddress): Promise<void> {
  return opened(server, address, (done) => server.listen(address.port, address.ip, done));
}

/**
 * Opens a port for datagrams.
 *
 * @throws AppError `port-busy` or `port-refused`, naming the port and how to choose another
 */
export function bind(socket: Socket, address: ListenAddress): Promise<void> {
  return opened(socket, address, (done) => socket.bind(address.port, address.ip, done));
}

function opened(port: Server | Socket, address: ListenAddress, open: (done: () => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => reject(refusalOf(error, address));
    port.once("error", onError);
    open(() => {
      port.off("error", onError);
      resolve();
    });
  });
}

/** What to tell of a port that could not be opened: `port-busy` or `port-refused`. */
export function refusalOf(error: NodeJS.ErrnoException, { ip, port, key }: ListenAddress): AppError {
  const isBusy = error.code === "EADDRINUSE";
  const problem = isBusy ? "is in use by another program" : `cannot be opened at ${ip} (${error.code})`;
  const remedy = `choose another with ${key} in the configuration file or ${variableFor(key.split("."))}`;
  const code = isBusy ? "port-busy" : "port-refused";
  return new AppError(code, `${code}: port ${port} ${problem}; ${remedy}`, { cause: error });
}

/** The port that a server listens on; 0 while it does not. */
export function portOf(server: Server | undefined): number {
  return (server?.address() as AddressInfo | null | undefined)?.port ?? 0;
}
