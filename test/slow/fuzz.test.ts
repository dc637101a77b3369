import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, test } from "node:test";
import { TARGETS } from "../fuzz/targets.ts";

const PROGRAM = join(import.meta.dirname, "../fuzz/main.ts");
const SECONDS = 30;

describe("whatever comes is read or refused", { concurrency: 2 }, () => {
  for (const name of Object.keys(TARGETS)) {
    test(`${name}, ${SECONDS} s of changed inputs`, async () => {
      const child = spawn(process.execPath, [PROGRAM, name, "--seconds", String(SECONDS)], {
        stdio: ["ignore", "pipe", "pipe"],
      });
      const ended = new Promise<unknown[]>((resolve) => child.on("close", (...how) => resolve(how)));
      const said = (await Promise.all([text(child.stdout), text(child.stderr)])).join("");
      assert.deepEqual(await ended, [0, null], said);
      assert.match(said, /: [1-9]\d* executions/);
    });
  }
});
