import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { describeImageSize, readImageSize } from "../../../cli/firmware/image-size.ts";

const folder = mkdtempSync(join(tmpdir(), "image-"));
after(() => rmSync(folder, { recursive: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

test("slots, bytecode, resources and modules of an image are counted", () => {
  put(
    "mc.xs.c",
    `#define mxHeapCount 100
#define mxStackCount 3
static const txU1 gxCode1[40] = { 1 };
/* 1 */ { NULL, {.kind = XS_CODE_X_KIND}, .value = { .code = { (txByte*)"\\x0f\\x00\\x9e" "\\x01", NULL } } },
/* 2 */ { NULL, {.kind = XS_CODE_X_KIND}, .value = { .code = { (txByte*)(gxNoCode), NULL } } },
/* 3 */ { NULL, {.kind = XS_STRING_X_KIND}, .value = { .string = "\\xff\\xff" } },
`,
  );
  put("modules/main.xsb", "12345");
  put("modules/modules/io/udp.xsb", "123");
  put("modules/modules/io/http/stream.xsb", "1234");
  put("modules/~.embedded/io/tcp.xsb", "12");
  put("resources/text-16.xzf", "1234567");
  put("resources/face-64.xzf", "1");
  put("resources/ca106.der", "123");
  put("resources/ca.ski", "12");
  put("resources/portal.html", "1234");
  put("resources/prompts/en/0.ogg", "12");
  put("resources/own.bin", "1");
  const size = readImageSize(folder);
  assert.deepEqual(size, {
    slotBytes: 16 * 103,
    codeBytes: 44,
    files: [
      ["fonts", 8],
      ["certificates", 5],
      ["the portal's page", 4],
      ["prompts", 2],
      ["other files", 1],
    ],
    modules: [
      ["modules/io", 7],
      ["main", 5],
      ["embedded/io", 2],
    ],
  });
  assert.match(
    describeImageSize(size),
    /^ {5}1648 {2}slots of preloaded modules\n {7}44 {2}bytecode\n {7}20 {2}files\n {5}1712 {2}together/,
  );
});
