import { readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { AppError } from "../../errors.ts";

const FILE = ".mcp-endpoint-revoked.json";
const list = z.array(z.string());

/** The tokens that are no longer good, in a file that `xiaozhi mcp-endpoint revoke` writes while the endpoint runs. */
export class RevokedTokens {
  readonly #path: string;
  #ids: ReadonlySet<string> = new Set();
  #readAt = -1;

  constructor(dataDirectory: string) {
    this.#path = join(dataDirectory, FILE);
  }

  /** Whether the token is revoked now. @throws AppError `revoked-unreadable`: nobody is let in while that is unknown */
  has(id: string): boolean {
    this.#read();
    return this.#ids.has(id);
  }

  /** @throws AppError `revoked-unreadable` */
  add(id: string): void {
    this.#read();
    const ids = [...new Set([...this.#ids, id])];
    const draft = `${this.#path}.new`;
    writeFileSync(draft, `${JSON.stringify(ids, null, 2)}\n`, { mode: 0o600 });
    renameSync(draft, this.#path);
    this.#readAt = -1;
  }

  #read(): void {
    const { mtimeMs = 0 } = statSync(this.#path, { throwIfNoEntry: false }) ?? {};
    if (mtimeMs === this.#readAt) return;
    try {
      this.#ids = new Set(mtimeMs === 0 ? [] : list.parse(JSON.parse(readFileSync(this.#path, "utf8"))));
    } catch (cause) {
      const message = `revoked-unreadable: ${this.#path}: expected a list of the ids of tokens`;
      throw new AppError("revoked-unreadable", message, { cause });
    }
    this.#readAt = mtimeMs;
  }
}
