import { systemClock } from "../../host-server/clock.ts";
import { loadConfig } from "../../host-server/config/load.ts";
import { createLog } from "../../host-server/log.ts";
import { providers } from "../../host-server/providers/registry.ts";
import { openServerStorage } from "../../host-server/server/open-storage.ts";
import { createServer } from "../../host-server/server.ts";
import { fillConsole } from "./fill.ts";
import { addOwner, logInAdministrator, logInOwner, needsFirstAccount, type ReadList, signUp } from "./visitor.ts";

/** What a console of a bench is made of. */
export interface ConsoleWish {
  readonly folder: string;
  /** Of a database other than SQLite in the folder. */
  readonly url: string;
  readonly devices: number;
  readonly messages: number;
}

/** A server with a full console, and two who look at it. */
export interface ConsoleReader {
  readonly read: ReadList;
  stop(): Promise<void>;
}

/** Starts a server, and upon an empty database makes an administrator and a user, and fills it. */
export async function startConsole({ folder, url, devices, messages }: ConsoleWish): Promise<ConsoleReader> {
  const env = {
    XIAOZHI_SERVER_IP: "127.0.0.1",
    XIAOZHI_SERVER_PORT: "0",
    XIAOZHI_SERVER_HTTP_PORT: "0",
    XIAOZHI_MCP_ENDPOINT_SERVER_PORT: "0",
    ...(url !== "" && { XIAOZHI_DATABASE_URL: url }),
  };
  const { config } = loadConfig({ path: "", env, providers });
  const log = createLog({ level: "silent" });
  const storage = await openServerStorage({ config, dataDirectory: folder, clock: systemClock, log });
  if (!storage) throw new Error(`the database of ${folder} cannot be used`);
  const server = createServer({ config, clock: systemClock, log, storage, dataDirectory: folder });
  await server.start();
  const address = `http://127.0.0.1:${server.ports.http}`;
  const isNew = await needsFirstAccount(address);
  const administrator = await (isNew ? signUp(address) : logInAdministrator(address));
  if (isNew) await addOwner(administrator);
  const owner = await logInOwner(address);
  if (isNew) await fillConsole(storage, { devices, messages, owner: owner.id });
  return {
    read: ({ path, by }, page) => (by === "owner" ? owner : administrator).read(path, page),
    stop: async () => {
      await server.stop();
      await storage.close();
    },
  };
}
