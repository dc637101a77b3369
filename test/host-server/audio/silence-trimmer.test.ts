import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SilenceTrimmer } from "../../../host-server/audio/silence-trimmer.ts";

const loud = (): Int16Array => new Int16Array(960).fill(5_000);
const quiet = (): Int16Array => new Int16Array(960).fill(20);

/** `L` is a loud frame, `q` a quiet one. */
function trim(pattern: string, leadFrames = 10): string {
  const trimmer = new SilenceTrimmer(leadFrames * 960);
  const name = (frame: Int16Array) => (frame[0] === 5_000 ? "L" : "q");
  const passed = [...pattern].flatMap((letter) => trimmer.accept(letter === "L" ? loud() : quiet()));
  return [...passed, ...trimmer.end()].map(name).join("");
}

test("silence at both ends goes, silence within stays", () => {
  assert.equal(trim("qqqqqqqqqLLLqqqLLqqqqq"), "LLLqqqLL");
  assert.equal(trim("qLq"), "L");
  assert.equal(trim("LLLLLLLLLLLLL"), "LLLLLLLLLLLLL");
  assert.equal(trim(""), "");
});

test("sound comes through as soon as the beginning is judged", () => {
  const trimmer = new SilenceTrimmer(2 * 960);
  assert.equal(trimmer.accept(quiet()).length, 0);
  assert.equal(trimmer.accept(loud()).length, 1);
  assert.equal(trimmer.accept(loud()).length, 1);
  assert.equal(trimmer.accept(quiet()).length, 0);
  assert.equal(trimmer.accept(loud()).length, 2);
});

test("a noisy room before and after the words goes too", () => {
  const trimmer = new SilenceTrimmer(3 * 960);
  const room = () => new Int16Array(960).fill(400);
  const passed = [room(), room(), room(), room(), room(), loud(), loud(), room(), room()].flatMap((frame) =>
    trimmer.accept(frame),
  );
  assert.deepEqual([...passed, ...trimmer.end()], [loud(), loud()]);
});

test("where nothing stands out from the noise, all of it comes through in the end", () => {
  const trimmer = new SilenceTrimmer(2 * 960);
  const counts = Array.from({ length: 10 }, () => trimmer.accept(new Int16Array(960).fill(3_000)).length);
  assert.deepEqual(counts, [0, 0, 0, 0, 0, 6, 1, 1, 1, 1]);
});

test("digital silence is silence", () => {
  const trimmer = new SilenceTrimmer(960);
  assert.deepEqual(trimmer.accept(new Int16Array(960)), []);
  assert.deepEqual(trimmer.end(), []);
});

test("for any utterance, what passes is the stretch from the first loud frame to the last", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[Lq]{0,40}$/), fc.integer({ min: 1, max: 12 }), (pattern, lead) => {
      // A stream that is quiet for three leads is let through: it may be a quiet voice.
      fc.pre(pattern.slice(0, 3 * lead).includes("L"));
      assert.equal(trim(pattern, lead), pattern.replace(/^q+|q+$/g, ""));
    }),
  );
});
