import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { LinuxProgram } from "../../../cli/linux/linux-program.ts";

/** Runs a shell script in the place of the runner. */
async function played(script: string, use: (program: LinuxProgram) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "linux-program-"));
  const file = join(folder, "mc.so");
  writeFileSync(file, script);
  const program = new LinuxProgram({ runner: "/bin/sh", program: file, folder, seconds: 0 });
  try {
    await use(program);
  } finally {
    await program.stop();
    rmSync(folder, { recursive: true });
  }
}

test("what it is told reaches the program, and its lines are waited for", async () => {
  await played("read line; echo heard $line; exit 3", async (program) => {
    const heard = program.line(/^heard (.*)$/, 20);
    program.tell("click");
    assert.equal((await heard)[1], "click");
    assert.equal(await program.ended, 3);
    assert.deepEqual(program.lines, ["heard click"]);
  });
});

test("samples are no lines of the log; the most of each figure is kept", async () => {
  const script = `echo "instruments key: Timers,Chunk used,Slot used,Stack used"
    echo "instruments: 1,5000,3200,640"; echo ready
    echo "instruments: 1,4000,6400,320"; echo done`;
  await played(script, async (program) => {
    await program.ended;
    assert.deepEqual(program.lines, ["ready", "done"]);
    assert.deepEqual(program.peaks, { chunkBytes: 5000, slots: 200, stackSlots: 20 });
  });
});

test("a program that ends instead of saying something is named with its last lines", async () => {
  await played("echo out of memory; exit 69", async (program) => {
    await assert.rejects(program.line(/idle/, 20), { code: "program-ended", message: /69.*\n.*out of memory/s });
  });
});

test("a program that does not listen to the request is ended all the same", async () => {
  await played("trap '' TERM; echo deaf; while true; do sleep 0.1; done", async (program) => {
    await program.line(/deaf/, 20);
    assert.notEqual(await program.stop(), 0);
  });
});

test("a line that does not come is an error with what came instead", async () => {
  await played("echo connecting; read line", async (program) => {
    await program.line(/connecting/, 20);
    await assert.rejects(program.line(/idle/, 0.01), { code: "no-line", message: /idle.*\nconnecting/s });
  });
});
