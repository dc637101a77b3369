import { constants, openSync } from "node:fs";
import { registerHooks } from "node:module";
import { Readable, Writable } from "node:stream";
import { ReadStream, WriteStream } from "node:tty";

/** A network as the official client tells it. */
export interface ImprovNetwork {
  readonly name: string;
  readonly rssi: number;
  readonly secured: boolean;
}

/** What of the official client (`improv-wifi-serial-sdk`, written for browsers) is used here. */
export interface ImprovClient extends EventTarget {
  readonly state: number | undefined;
  readonly error: number;
  initialize(timeout?: number): Promise<{ firmware: string; version: string; chipFamily: string; name: string }>;
  requestCurrentState(timeout?: number): Promise<void>;
  scan(timeout?: number): Promise<ImprovNetwork[]>;
  provision(ssid: string, password: string, timeout?: number): Promise<void>;
  requestNetworkState(timeout?: number): Promise<{ online: boolean; supportsWifi: boolean }>;
  close(): Promise<void>;
}

interface ImprovModule {
  readonly ImprovSerial: new (port: object, logger: object) => ImprovClient;
}

/** The client's files name each other without their endings, as bundlers accept it. */
function acceptNamesWithoutEnding(): void {
  registerHooks({
    resolve(specifier, context, next) {
      const isOurs = context.parentURL?.includes("/improv-wifi-serial-sdk/") && specifier.startsWith(".");
      return next(isOurs && !specifier.endsWith(".js") ? `${specifier}.js` : specifier, context);
    },
  });
}

/** The official client at a serial port of this computer, which it takes for a port of the browser's Web Serial. */
export async function openImprovClient(path: string): Promise<ImprovClient> {
  acceptNamesWithoutEnding();
  const module: unknown = await import(import.meta.resolve("improv-wifi-serial-sdk/dist/serial.js"));
  const { ImprovSerial } = module as ImprovModule;
  const fd = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
  const [input, output] = [new ReadStream(fd), new WriteStream(fd)];
  input.setRawMode(true);
  const port = { readable: Readable.toWeb(input), writable: Writable.toWeb(output) };
  const silent = { log() {}, debug() {}, error() {} };
  return new ImprovSerial(port, silent);
}
