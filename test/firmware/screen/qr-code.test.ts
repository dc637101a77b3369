import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { qrCode } from "../../../modules/ui/screen/qr-code.ts";

function codeOf(text: string) {
  return qrCode(new TextEncoder().encode(text));
}

/** Read by an independent decoder (jsQR). */
const HELLO = `
#######..#.##.#######
#.....#..###..#.....#
#.###.#.##.##.#.###.#
#.###.#..#.#..#.###.#
#.###.#...#.#.#.###.#
#.....#.....#.#.....#
#######.#.#.#.#######
........##.##........
###.########.##...#..
.#####.###....#....##
.######.#...#...#####
..##..........#....#.
....#.##.##.#.#.#....
........##.#.#.#..###
#######.####.###..###
#.....#.######.##....
#.###.#.####.###...##
#.###.#...#...##..##.
#.###.#.###.#...#.#.#
#.....#.##....#.#..#.
#######.#.#.#.##...##
`;

function picture(text: string): string {
  const code = codeOf(text);
  assert.ok(code);
  const lines = Array.from({ length: code.size }, (_, y) =>
    Array.from({ length: code.size }, (_, x) => (code.isDark(x, y) ? "#" : ".")).join(""),
  );
  return `\n${lines.join("\n")}\n`;
}

test("a code is, square by square, what independent decoders read", () => {
  assert.equal(picture("hello"), HELLO);
});

test("a longer text takes a larger code, up to 106 bytes", () => {
  const sizes = [17, 18, 32, 33, 53, 54, 78, 79, 106].map((length) => codeOf("x".repeat(length))?.size);
  assert.deepEqual(sizes, [21, 25, 25, 29, 29, 33, 33, 37, 37]);
  assert.equal(codeOf("x".repeat(107)), undefined);
});

test("every code has its three finders, its timing lines and its dark square", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 106 }), (text) => {
      const code = codeOf(text);
      if (!code) return;
      const { size } = code;
      const row = (y: number, from: number) => Array.from({ length: 7 }, (_, x) => code.isDark(from + x, y));
      const ring = [true, true, true, true, true, true, true];
      for (const [x, y] of [
        [0, 0],
        [size - 7, 0],
        [0, size - 7],
      ] as const) {
        assert.deepEqual(row(y, x), ring);
        assert.deepEqual(row(y + 3, x), [true, false, true, true, true, false, true]);
        assert.deepEqual(row(y + 6, x), ring);
      }
      for (let at = 8; at < size - 8; at++) assert.equal(code.isDark(at, 6), at % 2 === 0);
      assert.ok(code.isDark(8, size - 8));
    }),
  );
});
