import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createLog } from "../../../host-server/log.ts";
import { programEnvironment } from "../../../host-server/programs/environment.ts";
import { limitedProgram, USUAL_LIMITS } from "../../../host-server/programs/limited-program.ts";
import { ProgramFamily } from "../../../host-server/programs/program-family.ts";
import { command } from "../../../host-server/providers/tts/command.ts";
import { openTransport } from "../../../host-server/tools/server-mcp/transport.ts";
import { providerContext } from "../fixtures/provider-context.ts";

const SECRETS = {
  XIAOZHI_SERVER_AUTH_KEY: "mark",
  OPENAI_API_KEY: "mark",
  DATABASE_URL: "mark",
  PGPASSWORD: "mark",
  NODE_OPTIONS: "mark",
  HTTPS_PROXY: "http://user:mark@proxy",
};

test("a program gets what every program needs, what it is given, and no key", () => {
  const own = { ...SECRETS, PATH: "p", HOME: "h", LANG: "de_DE.UTF-8", LC_TIME: "C", Path: "w" };
  const given = programEnvironment({ TOKEN: "t", LANG: "C" }, own);
  assert.deepEqual(given, { PATH: "p", HOME: "h", LANG: "C", LC_TIME: "C", Path: "w", TOKEN: "t" });
});

test("a voice's program sees no key of the server, and what it started ends with it", {
  skip: !hasProc(),
}, async () => {
  Object.assign(process.env, { XIAOZHI_SERVER_AUTH_KEY: "mark-of-a-key" });
  const env = new ProgramFamily();
  const source = `
    const { spawn } = require("node:child_process");
    process.stderr.write(JSON.stringify(process.env));
    spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
    process.stdout.write(Buffer.alloc(4000));
    setInterval(() => {}, 1000);`;
  const settings = { command: process.execPath, args: ["-e", source], env: { ...env.environment } };
  const voice = command.create(command.settings.parse(settings), providerContext());
  const stop = new AbortController();
  for await (const speech of voice.speak("hi", stop.signal)) {
    assert.ok(speech.pcm.length > 0);
    while (env.members().length < 2) await moment();
    stop.abort();
  }
  delete process.env["XIAOZHI_SERVER_AUTH_KEY"];
  while (env.members().length > 0) await moment();
});

test("an MCP server's program sees no key, and whom it started ends with it", { skip: !hasProc() }, async () => {
  Object.assign(process.env, { XIAOZHI_SERVER_AUTH_KEY: "mark-of-a-key" });
  const source = `
    const { spawn } = require("node:child_process");
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore", detached: true });
    console.error(JSON.stringify({ key: process.env.XIAOZHI_SERVER_AUTH_KEY, B: process.env.B, child: child.pid }));
    process.stdin.on("end", () => process.exit()).resume();`;
  const settings = {
    kind: "program",
    name: "a",
    command: process.execPath,
    args: ["-e", source],
    env: { B: "c" },
  } as const;
  const log = createLog({ level: "silent" });
  const { transport, lastWords } = await openTransport(settings, { over: "program", handshake: "legacy" }, log);
  await transport.start();
  while (lastWords() === "") await moment();
  delete process.env["XIAOZHI_SERVER_AUTH_KEY"];
  const { child, ...seen } = JSON.parse(lastWords());
  assert.deepEqual(seen, { B: "c" });
  assert.ok(isAlive(child));
  await transport.close();
  while (isAlive(child)) await moment();
});

test("a program that has limits is started by the shell that sets them; one that is not there is named as such", {
  skip: !hasProc(),
}, () => {
  const none = { memoryMib: 0, cpuSeconds: 0, fileMib: 0 };
  const program = { command: "sh", args: ["-c", "true", "a b"] };
  assert.equal(limitedProgram(program, none), program);
  const limited = limitedProgram(program, { ...none, fileMib: 1.5 });
  assert.deepEqual([limited.command, limited.args.slice(3)], ["/bin/sh", ["0", "0", "2", "sh", "-c", "true", "a b"]]);
  for (const command of ["no-such-program", "./no-such-program", "/no/such/program"]) {
    assert.equal(limitedProgram({ command, args: [] }, { ...none, fileMib: 1 }).command, command);
  }
  assert.equal(limitedProgram(program, { ...none, fileMib: 1 }, "/no/such/folder").command, "sh");
  assert.ok(USUAL_LIMITS.memoryMib >= 2048);
});

function moment(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 10));
}

/** Whether it runs: one that has ended may wait for somebody to ask how. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

function hasProc(): boolean {
  return process.platform === "linux";
}
