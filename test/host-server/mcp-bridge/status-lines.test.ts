import assert from "node:assert/strict";
import { test } from "node:test";
import { StatusLines } from "../../../host-server/mcp-bridge/status-lines.ts";

/** What a terminal shows that knows two codes: so many lines up, and all below away. */
class Screen {
  readonly columns = 60;
  readonly #lines: string[] = [""];

  write(text: string): void {
    for (const part of text.split(/(\x1b\[\d*[AJ]|\n)/)) {
      const up = /\[(\d+)A/.exec(part);
      if (part === "\n") this.#lines.push("");
      else if (up) this.#lines.splice(this.#lines.length - 1 - Number(up[1]), Number(up[1]) + 1, "");
      else if (!part.startsWith("\x1b")) this.#lines[this.#lines.length - 1] += part;
    }
  }

  get lines(): string[] {
    return this.#lines.slice(0, -1);
  }
}

test("each server has a line below the log, which is renewed in its place", async () => {
  const screen = new Screen();
  const lines = new StatusLines(screen);
  const time = { name: "time", state: "connected", tools: 2, calls: 1, lastError: "" } as const;
  const files = {
    name: "my-files",
    state: "waiting",
    tools: 0,
    calls: 0,
    lastError: "the command\n x was not found at all",
  } as const;
  lines.show([{ ...time, calls: 0 }, files]);
  lines.output.write("12:00 info connected\n");
  lines.show([time, files]);
  lines.output.write("12:01 warn lost\n");
  assert.deepEqual(screen.lines, [
    "12:00 info connected",
    "12:01 warn lost",
    "time      connected   2 tools  1 call",
    "my-files  waiting     0 tools  0 calls  last error: the com",
  ]);
});
