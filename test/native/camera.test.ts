import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { nativeTable, root } from "../../cli/native/targets.ts";
import { wiringOf } from "../../modules/parts/camera/camera-pins.ts";
import { buildCameraProgram, CAMERA_NATIVE, compileCameraNative } from "./camera-program.ts";

const LINES = { data: [1, 2, 3, 4, 5, 6, 7, 8], vsync: 9, href: 10, pclk: 11 } as const;

let program: string;
before(async () => {
  program = await buildCameraProgram();
});

function take({ failing = "nothing", maxBytes = 65_536, wiring = wiringOf(LINES) } = {}): string[] {
  const text = execFileSync(program, [failing, String(maxBytes), ...[...wiring].map(String)], { encoding: "utf8" });
  return text.split("\n").slice(0, -1);
}

test("each photo is the third picture from its question on, and all pictures go back", () => {
  assert.deepEqual(take(), [
    "init xclk=-1 bus=-1,-1 port=0 data=1,2,3,4,5,6,7,8 vsync=9 href=10 pclk=11 off=-1,-1 hz=20000000 size=5 count=1",
    "code picture 3 at 80",
    "result 0 bytes 8000",
    "code picture 6 at 80",
    "result 0 bytes 8000",
    "kept 0",
    "deinit",
  ]);
});

test("a camera with a clock of the chip and a bus of its own", () => {
  const wiring = wiringOf({ ...LINES, xclk: 15, bus: { data: 13, clock: 14 } });
  assert.match(take({ wiring })[0] ?? "", /^init xclk=15 bus=13,14 port=1 /);
});

test("a picture that is too long is coded worse, until it fits or nothing helps", () => {
  assert.deepEqual(take({ maxBytes: 5000 }).slice(1, 5), [
    "code picture 3 at 80",
    "code picture 3 at 60",
    "code picture 3 at 40",
    "result 0 bytes 4000",
  ]);
  assert.deepEqual(take({ maxBytes: 1000 }).slice(5, 6), ["result 4 bytes 2000"]);
  assert.equal(take({ maxBytes: 1000 }).at(-2), "kept 0");
});

test("what fails is told, and no picture is kept", () => {
  assert.equal(take({ failing: "init" }).at(-1), "not opened");
  for (const failing of ["first", "third"]) {
    const said = take({ failing });
    assert.ok(said.includes("result 2 bytes 0"), failing);
    assert.ok(said.includes("kept 0"), failing);
  }
  assert.deepEqual(take({ failing: "code" }).slice(1, 4), ["result 3 bytes 0", "result 3 bytes 0", "kept 0"]);
});

test("the half for XS compiles without a warning, and defines each function that camera-chip.ts names", async () => {
  await compileCameraNative();
  const defined = [...nativeTable([readFileSync(CAMERA_NATIVE, "utf8")]).matchAll(/\{"(\w+)"/g)].map(
    (match) => match[1],
  );
  const source = readFileSync(join(root, "modules/parts/camera/esp32/camera-chip.ts"), "utf8");
  const named = [...source.matchAll(/\b[nN]ative\("(\w+)"\)/g)].map((match) => match[1]);
  assert.deepEqual(named.sort(), defined.sort());
});
