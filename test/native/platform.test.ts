import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { nativeTable, root } from "../../cli/native/targets.ts";
import { readImageIdentity } from "../../modules/upgrade/image-identity.ts";
import { readManifest } from "../../simulator/manifest.ts";
import { compilePlatform, PLATFORM } from "./platform-program.ts";

/** Where ESP-IDF's own description begins, and where ours follows. */
const [DESCRIPTION_AT, IDENTITY_AT] = [32, 288];

const BOARDS = globSync("boards/**/manifest.json", { cwd: root })
  .map((file) => dirname(file))
  .filter((board) => readFileSync(join(root, board, "manifest.json"), "utf8").includes('"image"'));

/** What a device reads of an image that begins as ESP-IDF makes it, with this description of ours. */
function identityIn(library: Buffer) {
  const at = library.indexOf("XZXS\x02", 0, "latin1");
  assert.ok(at > 0, "the description is in the library");
  assert.equal(library.indexOf("XZXS\x02", at + 1, "latin1"), -1);
  const image = Buffer.alloc(IDENTITY_AT + 136);
  image[0] = 0xe9;
  image.writeUInt32LE(0xabcd5432, DESCRIPTION_AT);
  library.copy(image, IDENTITY_AT, at, at + 136);
  return readImageIdentity(image);
}

for (const board of BOARDS) {
  test(`${board}: what is asked of ESP-IDF compiles without a warning, and the image says what it is`, async () => {
    const { config, defines } = readManifest(join(root, "manifest.json"), { board: join(root, board) });
    const { board: name } = defines["image"] as { board: string };
    assert.deepEqual(identityIn(await compilePlatform(board)), {
      project: "xiaozhi",
      board: name,
      version: config["version"],
    });
  });
}

test("there are boards, and each function that device-platform.ts names is defined", () => {
  assert.ok(BOARDS.length >= 5);
  const defined = new Set(
    [...nativeTable([readFileSync(PLATFORM, "utf8")]).matchAll(/\{"(\w+)"/g)].map(([, name]) => name),
  );
  const source = readFileSync(PLATFORM.replace(/c$/, "ts"), "utf8");
  const named = [...source.matchAll(/\bnative\("(\w+)"\)/g)].map(([, name]) => name);
  assert.ok(named.length >= 4);
  assert.deepEqual(
    named.filter((name) => !defined.has(name)),
    [],
  );
});
