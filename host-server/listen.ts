import type { Server } from "node:net";
import { variableFor } from "./config/environment.ts";
import { AppError } from "./errors.ts";

/** Where to listen, and the key of the configuration that says so. */
export interface ListenAddress {
  readonly ip: string;
  readonly port: number;
  readonly key: string;
}

/**
 * Opens a port.
 *
 * @throws AppError `port-busy` or `port-refused`, naming the port and how to choose another
 */
export function listen(server: Server, { ip, port, key }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      const isBusy = error.code === "EADDRINUSE";
      const problem = isBusy ? "is in use by another program" : `cannot be opened at ${ip} (${error.code})`;
      const remedy = `choose another with ${key} in the configuration file or ${variableFor(key.split("."))}`;
      const code = isBusy ? "port-busy" : "port-refused";
      reject(new AppError(code, `${code}: port ${port} ${problem}; ${remedy}`, { cause: error }));
    };
    server.once("error", onError);
    server.listen(port, ip, () => {
      server.off("error", onError);
      resolve();
    });
  });
}
