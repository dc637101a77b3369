import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { BOARD_QUESTIONS, boardFiles } from "../../../cli/board/make/plan.ts";
import { answersTo, askTerminal } from "../../../cli/board/make/questions.ts";

/** A terminal into which somebody has typed these lines already. */
function typed(...lines: readonly string[]) {
  const input = new PassThrough();
  const output = new PassThrough();
  input.end(lines.map((line) => `${line}\n`).join(""));
  const shown: string[] = [];
  output.on("data", (text) => shown.push(String(text)));
  return { ...askTerminal(input, output), shown };
}

test("a person is asked what matters, again until the answer fits, and Enter is what is usual", async () => {
  const lines = ["n8r8", "", "12 11", "12 11 10", "fourteen", "14", "none", "21", ""];
  const { ask, shown, close } = typed(...lines);
  const answers = await answersTo(BOARD_QUESTIONS, { speaker: "17,18,8" }, ask);
  close();
  assert.deepEqual(answers, {
    module: "n8r8",
    sound: "separate",
    microphone: "12 11 10",
    speaker: "17,18,8",
    button: "14",
    light: "none",
    lamp: "21",
    screen: "none",
  });
  assert.ok(shown.includes('  expected 3 pins, got "12 11"\n'));
  assert.match(boardFiles("a", answers, "../..").board, /speaker: \{ sampleRate: 24000, bclk: 17, ws: 18, data: 8 \}/);
});

test("who goes away before the end has made nothing", async () => {
  const { ask } = typed("n8r8");
  await assert.rejects(answersTo(BOARD_QUESTIONS, {}, ask), {
    code: "answer",
    message: "--sound: there was no answer",
  });
});
