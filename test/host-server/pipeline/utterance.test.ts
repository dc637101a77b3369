import assert from "node:assert/strict";
import { test } from "node:test";
import { Utterance } from "../../../host-server/pipeline/utterance.ts";

function watched() {
  const utterance = new Utterance();
  const guesses: (string | undefined)[] = [];
  const stop = utterance.onGuess((text) => guesses.push(text));
  return { utterance, guesses, stop };
}

test("a complete command is the guess as soon as the voice falls silent", () => {
  const { utterance, guesses } = watched();
  utterance.setWords("turn it up", "extendable");
  assert.deepEqual(guesses, []);
  utterance.setSilence(90);
  utterance.setSilence(150);
  assert.deepEqual(guesses, ["turn it up"]);
  assert.equal(utterance.guess, "turn it up");
});

test("the guess is taken back when the voice goes on, and replaced when the words change", () => {
  const { utterance, guesses } = watched();
  utterance.setWords("set the volume to eighty", "extendable");
  utterance.setSilence(90);
  utterance.setSilence(0);
  utterance.setWords("set the volume to eighty five", "complete");
  utterance.setSilence(90);
  utterance.setWords("set the volume to eighty nine", "complete");
  assert.deepEqual(guesses, [
    "set the volume to eighty",
    undefined,
    "set the volume to eighty five",
    "set the volume to eighty nine",
  ]);
});

test("other words are the guess after more silence, and the beginning of a command never is", () => {
  const { utterance, guesses } = watched();
  utterance.setWords("tell me a story", "unknown");
  utterance.setSilence(90);
  assert.deepEqual(guesses, []);
  utterance.setSilence(270);
  assert.deepEqual(guesses, ["tell me a story"]);
  utterance.setWords("set the volume to", "unfinished");
  assert.deepEqual(guesses, ["tell me a story", undefined]);
});

test("who comes late is told the present guess; who has left is told nothing", () => {
  const { utterance, guesses, stop } = watched();
  utterance.setWords("goodbye", "complete");
  utterance.setSilence(90);
  const late: (string | undefined)[] = [];
  utterance.onGuess((text) => late.push(text));
  stop();
  utterance.discard();
  assert.deepEqual(guesses, ["goodbye"]);
  assert.deepEqual(late, ["goodbye", undefined]);
});

test("an utterance that has ended is guessed about no more", () => {
  const { utterance, guesses } = watched();
  utterance.setWords("goodbye", "complete");
  utterance.setSilence(90);
  utterance.finish({ at: 0, silenceMs: 210 });
  utterance.setSilence(0);
  utterance.setWords("good", "unfinished");
  assert.deepEqual(guesses, ["goodbye"]);
});
