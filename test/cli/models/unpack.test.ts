import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { ModelError } from "../../../cli/models/errors.ts";
import { safePath, unpack } from "../../../cli/models/unpack.ts";
import { SMALL_MODEL, tarOf } from "./archives.ts";

const SILENT = { advance: () => {}, end: () => {} };

function placeFor(t: TestContext, bytes: Uint8Array) {
  const folder = mkdtempSync(join(tmpdir(), "xiaozhi-unpack-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const [archive, inside] = [join(folder, "archive"), join(folder, "inside")];
  writeFileSync(archive, bytes);
  mkdirSync(inside);
  return { folder, inside, run: () => unpack(archive, inside, SILENT) };
}

test("archives packed with bzip2, with gzip and not at all are unpacked", async (t) => {
  const bzip2 = placeFor(t, SMALL_MODEL);
  await bzip2.run();
  assert.equal(readFileSync(join(bzip2.inside, "small-model/tokens.txt"), "utf8"), "a 1\n");
  const tar = await tarOf([{ name: "./m/a.txt", type: "file", content: "hello" }]);
  for (const bytes of [tar, gzipSync(tar)]) {
    const place = placeFor(t, bytes);
    assert.deepEqual(await place.run(), { bytes: 5, entries: 1, skipped: 0 });
    assert.equal(readFileSync(join(place.inside, "m/a.txt"), "utf8"), "hello");
  }
});

test("a path that leads out of the folder ends it", async (t) => {
  for (const name of ["../evil.txt", "m/../../evil.txt", "/evil.txt", "C:/evil.txt", "m\\..\\..\\evil.txt"]) {
    const place = placeFor(t, await tarOf([{ name, type: "file", content: "evil" }]));
    await assert.rejects(place.run(), { code: "archive-unsafe" }, name);
    assert.equal(existsSync(join(place.folder, "evil.txt")), false);
  }
});

test("a link out of the folder is left out, and so is what would be written through it", async (t) => {
  const place = placeFor(
    t,
    await tarOf([
      { name: "m/out", type: "symlink", linkname: ".." },
      { name: "m/out/evil.txt", type: "file", content: "evil" },
      { name: "m/hard", type: "link", linkname: "/etc/passwd" },
      { name: "m/._junk", type: "file", content: "of macOS" },
    ]),
  );
  assert.equal((await place.run()).skipped, 2);
  assert.equal(readFileSync(join(place.inside, "m/out/evil.txt"), "utf8"), "evil", "a folder of that name, inside");
  assert.equal(existsSync(join(place.folder, "evil.txt")), false);
  assert.equal(existsSync(join(place.inside, "m/hard")), false);
});

test("an archive that is cut off, is none, or is empty is broken", async (t) => {
  const cut = SMALL_MODEL.subarray(0, 100);
  for (const bytes of [cut, Buffer.from("BZh9 but no bzip2 at all"), Buffer.alloc(0), Buffer.alloc(1024)]) {
    await assert.rejects(placeFor(t, bytes).run(), { code: "archive-broken" });
  }
});

test("a path that is safe stays below its folder, whatever the archive says", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("..", ".", "", "a", "b.txt", "c:", "\\", "\0"), { maxLength: 6 }), (parts) => {
      const name = parts.join("/");
      try {
        const path = join("/root", safePath(name));
        assert.ok(path === "/root/" || path.startsWith("/root"), path);
        assert.ok(!path.includes(".."));
      } catch (error) {
        assert.ok(error instanceof ModelError);
      }
    }),
  );
});
