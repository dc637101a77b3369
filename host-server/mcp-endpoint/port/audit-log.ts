import { createWriteStream, type WriteStream } from "node:fs";
import type { Log } from "../../log.ts";

/** What is kept of what happened: who came and left, who was refused, which tool was called; never arguments or tokens. */
export interface AuditEvent {
  readonly event: "connected" | "left" | "refused" | "call";
  readonly [detail: string]: unknown;
}

/** Lines of JSON in a file; nothing when no file is named. */
export class AuditLog {
  readonly #file: WriteStream | undefined;

  constructor(path: string, log: Log) {
    if (path === "") return;
    this.#file = createWriteStream(path, { flags: "a", mode: 0o600 });
    this.#file.on("error", (error) => log.error({ path, error }, "the audit log cannot be written"));
  }

  write(now: number, event: AuditEvent): void {
    this.#file?.write(`${JSON.stringify({ time: new Date(now).toISOString(), ...event })}\n`);
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#file?.writable) this.#file.end(resolve);
      else resolve();
    });
  }
}
