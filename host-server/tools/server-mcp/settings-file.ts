import { type FSWatcher, readFileSync, watch } from "node:fs";
import { basename, dirname } from "node:path";
import type { Cancel, Clock } from "../../../protocol/clock.ts";
import type { Log } from "../../log.ts";
import { type McpServerSettings, readMcpSettings } from "./settings.ts";

/** ms without a change after which the file counts as written. */
const SETTLE_MS = 200;

export interface McpSettingsFileOptions {
  /** Path of the file; a missing one has no servers. */
  readonly path: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly onServers: (servers: readonly McpServerSettings[]) => void;
}

/** The file that names MCP servers, read again whenever it changes. */
export class McpSettingsFile {
  readonly #options: McpSettingsFileOptions;
  #watcher: FSWatcher | undefined;
  #cancelReading: Cancel = () => {};

  constructor(options: McpSettingsFileOptions) {
    this.#options = options;
  }

  /** Reads the file and logs what is wrong with it. One that cannot be understood changes nothing. */
  read(): void {
    const { path, log, onServers } = this.#options;
    const { servers, errors, warnings } = readMcpSettings(this.#text(), path);
    for (const error of errors) log.error(error);
    for (const warning of warnings) log.warn(warning);
    if (servers) onServers(servers);
  }

  /** Watches the folder, since editors replace the file. */
  watch(): void {
    const { path, clock, log } = this.#options;
    try {
      this.#watcher = watch(dirname(path), { persistent: false }, (_event, name) => {
        if (name !== basename(path)) return;
        this.#cancelReading();
        this.#cancelReading = clock.schedule(SETTLE_MS, () => this.read());
      });
      this.#watcher.on("error", (error) => log.warn({ error, path }, "the file is no longer watched"));
    } catch (error) {
      log.debug({ error, path }, "the file is not watched: there is no such folder");
    }
  }

  close(): void {
    this.#watcher?.close();
    this.#cancelReading();
  }

  #text(): string {
    const { path, log } = this.#options;
    try {
      return readFileSync(path, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") log.error({ error, path }, "the file cannot be read");
      return "";
    }
  }
}
