import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { createLog } from "../../host-server/log.ts";
import { command } from "../../host-server/providers/tts/command.ts";
import type { ProgramSettings } from "../../host-server/tools/server-mcp/settings.ts";
import { openTransport } from "../../host-server/tools/server-mcp/transport.ts";
import { providerContext } from "../host-server/fixtures/provider-context.ts";

const skip = process.platform !== "linux";

/** What a program says last when it is started as an MCP server with these limits. */
async function lastWordsOf(source: string, limits: NonNullable<ProgramSettings["limits"]>): Promise<string> {
  const settings = {
    kind: "program",
    name: "a",
    command: process.execPath,
    args: ["-e", source],
    env: {},
    limits,
  } as const;
  const way = { over: "program", handshake: "legacy" } as const;
  const { transport, lastWords } = await openTransport(settings, way, createLog({ level: "silent" }));
  const ended = Promise.withResolvers<void>();
  const { onclose } = transport;
  transport.onclose = () => {
    onclose?.();
    ended.resolve();
  };
  await transport.start();
  await ended.promise;
  return lastWords();
}

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "limits-"));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

test("a program that takes ever more memory ends, and it is said how much it had", { skip }, async () => {
  const source = "const all = []; for (;;) all.push({ a: [1, 2, 3] });";
  assert.match(
    await lastWordsOf(source, { memoryMib: 700 }),
    /status \d+; it may have 700 MiB of memory \(memory_mib\)/,
  );
});

test("a program that never rests is ended by its processor time", { skip }, async () => {
  assert.equal(
    await lastWordsOf("for (;;);", { cpuSeconds: 1 }),
    "it was ended after 1 s of processor time (cpu_seconds)",
  );
});

test("a file grows no further than it may", { skip }, async (t) => {
  const file = join(folder(t), "file");
  const source = `
    const { appendFileSync } = require("node:fs");
    try { for (;;) appendFileSync(${JSON.stringify(file)}, Buffer.alloc(300_000)); } catch (error) { console.error(error.code); }`;
  assert.equal(await lastWordsOf(source, { fileMib: 1 }), "EFBIG");
  assert.equal(statSync(file).size, 2 ** 20);
});

test("a program within limits is spoken to as ever, ends when it is told to, and leaves nobody behind", {
  skip,
}, async () => {
  const source = `
    process.on("SIGTERM", () => {});
    process.stdin.on("data", (bytes) => process.stdout.write(bytes));
    setInterval(() => {}, 1000);
    console.error(process.pid);`;
  const limits = { memoryMib: 1000, cpuSeconds: 60, fileMib: 10 };
  const settings = {
    kind: "program",
    name: "a",
    command: process.execPath,
    args: ["-e", source],
    env: {},
    limits,
  } as const;
  const way = { over: "program", handshake: "legacy" } as const;
  const { transport, lastWords } = await openTransport(settings, way, createLog({ level: "silent" }));
  const heard = new Promise((resolve) => {
    transport.onmessage = resolve;
  });
  await transport.start();
  await transport.send({ jsonrpc: "2.0", id: 1, method: "ping" });
  assert.deepEqual(await heard, { jsonrpc: "2.0", id: 1, method: "ping" });
  const pid = Number(lastWords());
  process.kill(pid, 0);
  await transport.close();
  const isAlive = () => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  while (isAlive()) await new Promise((resolve) => setTimeout(resolve, 20));
});

test("a voice's program that never rests fails its sentence, which says why", { skip }, async () => {
  const given = command.settings.parse({ command: "sh", args: ["-c", "while :; do :; done"], cpu_seconds: 1 });
  const voice = command.create(given, providerContext());
  const speak = async () => {
    for await (const _ of voice.speak("hi", new AbortController().signal));
  };
  await assert.rejects(speak, /tts\.command\.command: sh: it ended with 152: .*after 1 s of processor time/s);
});
