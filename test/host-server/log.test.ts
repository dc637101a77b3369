import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { test } from "node:test";
import { AppError } from "../../host-server/errors.ts";
import { createLog } from "../../host-server/log.ts";

/** A log and what it wrote. */
function logTo(isTTY: boolean) {
  const lines: string[] = [];
  const output = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(...String(chunk).split("\n").filter(Boolean));
      done();
    },
  });
  return { lines, log: createLog({ level: "info", output: Object.assign(output, { isTTY }) }) };
}

test("elsewhere than on a terminal each line is one JSON object", () => {
  const { log, lines } = logTo(false);
  log.child({ device: "a" }).info({ ms: 5 }, "turn finished");
  log.debug("not shown");
  assert.equal(lines.length, 1);
  const { time, ...line } = JSON.parse(lines[0] ?? "");
  assert.ok(!Number.isNaN(Date.parse(time)));
  assert.deepEqual(line, { level: 30, device: "a", ms: 5, msg: "turn finished" });
});

test("a terminal gets a short line", () => {
  const { log, lines } = logTo(true);
  log.info({ device: "a b", tools: ["x"], ms: 5 }, "turn finished");
  assert.match(lines[0] ?? "", /^\d\d:\d\d:\d\d info turn finished device="a b" tools=\["x"\] ms=5$/);
});

test("an error is a code and a message; only an unexpected one brings its stack", () => {
  const { log, lines } = logTo(false);
  log.warn({ error: new AppError("port-busy", "port 1", { cause: new Error("why") }) }, "known");
  log.warn({ error: new TypeError("oops") }, "unknown");
  assert.deepEqual(JSON.parse(lines[0] ?? "").error, { code: "port-busy", message: "port 1", cause: "why" });
  assert.match(JSON.parse(lines[1] ?? "").error.stack, /TypeError: oops\n/);
});
