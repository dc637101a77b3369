import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { test } from "node:test";
import { root } from "../../cli/native/targets.ts";
import { CAMERA_NATIVE } from "./camera-program.ts";
import { engineSources, NATIVE, SHARED_NATIVES, STRICT, WAKE_NATIVE } from "./engine-program.ts";
import { INFRARED_NATIVE } from "./infrared-program.ts";
import { PLATFORM } from "./platform-program.ts";

/** What the programs of this folder compile with `STRICT`, beside what each says of itself. */
const OTHERS = [
  "modules/hardware/esp-sr/esp32/wake-detector.c",
  "modules/hardware/panels/qspi/qspi-bus.c",
  "modules/hardware/panels/qspi/qspi-panel.c",
  "modules/parts/camera/esp32/camera.c",
  "modules/parts/infrared/esp32/infrared.c",
];

/** C of the firmware that no device has: `.ci/firmware` compiles it with the SDK. */
const NOT_FOR_DEVICES = ["modules/io/linux/ipv4-lookup.c"];

test("every C file that a device gets is compiled here, and a warning is an error", () => {
  const known = [...engineSources(), NATIVE, ...SHARED_NATIVES, WAKE_NATIVE, CAMERA_NATIVE, INFRARED_NATIVE, PLATFORM];
  const compiled = [...new Set(known.map((path) => relative(root, path))), ...OTHERS];
  const files = globSync("{modules,boards,mcp,protocol}/**/*.c", { cwd: root });
  assert.deepEqual([...compiled, ...NOT_FOR_DEVICES].sort(), files.sort());
  for (const flag of ["-Wall", "-Werror"]) assert.ok(STRICT.includes(flag));
  const programs = ["panel", "wake-net", "camera", "infrared"].map((name) =>
    readFileSync(join(import.meta.dirname, `${name}-program.ts`), "utf8"),
  );
  for (const file of OTHERS) {
    const name = file.slice(file.lastIndexOf("/") + 1);
    assert.ok(
      programs.some((text) => text.includes(`"${name}"`) && text.includes("...STRICT")),
      name,
    );
  }
});
