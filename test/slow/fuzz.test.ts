import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, test } from "node:test";
import { TARGETS } from "../fuzz/targets.ts";

const PROGRAM = join(import.meta.dirname, "../fuzz/main.ts");
const SECONDS = 30;
/** The same each time, so that what is red is red again, and by what was changed; `npm run fuzz` takes another each time. */
const SEED = 1;

describe("whatever comes is read or refused", { concurrency: 2 }, () => {
  for (const name of Object.keys(TARGETS)) {
    test(`${name}, ${SECONDS} s of changed inputs`, async () => {
      const options = ["--seconds", String(SECONDS), "--seed", String(SEED)];
      const child = spawn(process.execPath, [PROGRAM, name, ...options], { stdio: ["ignore", "pipe", "pipe"] });
      const ended = new Promise<unknown[]>((resolve) => child.on("close", (...how) => resolve(how)));
      const said = (await Promise.all([text(child.stdout), text(child.stderr)])).join("");
      assert.deepEqual(await ended, [0, null], said);
      assert.match(said, /: [1-9]\d* executions/);
    });
  }
});
