import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type Download, download } from "../../../cli/models/download.ts";
import { ModelError, TransferError } from "../../../cli/models/errors.ts";
import { FileServer } from "./file-server.ts";
import { instantClock } from "./instant-clock.ts";

const CONTENT = randomBytes(1_000_000);
const SHA256 = createHash("sha256").update(CONTENT).digest("hex");

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "xiaozhi-models-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

function fetchIt(wanted: Download, env = {}) {
  const told: number[] = [];
  const progress = { advance: (done: number) => told.push(done), end: () => told.push(-1) };
  return { result: download(wanted, { clock: instantClock, progress, env }), told };
}

test("a file comes whole, with its bytes told as they come", async (t) => {
  const server = await FileServer.start(t);
  server.files["/m.onnx"] = { bytes: CONTENT };
  const path = join(folderFor(t), "m.onnx");
  const { result, told } = fetchIt({ url: server.url("/m.onnx"), path, bytes: CONTENT.length, sha256: SHA256 });
  assert.equal(await result, SHA256);
  assert.deepEqual(readFileSync(path), CONTENT);
  assert.equal(told.at(-2), CONTENT.length);
  assert.equal(told.at(-1), -1, "the bar is ended");
  assert.equal(existsSync(`${path}.mark`), false);
});

test("a connection that breaks is opened anew where it stopped", async (t) => {
  const server = await FileServer.start(t);
  server.files["/m"] = { bytes: CONTENT, etag: '"one"', breaksAfter: [600_000, 300_000] };
  const path = join(folderFor(t), "m");
  assert.equal(await fetchIt({ url: server.url("/m"), path, sha256: SHA256 }).result, SHA256);
  const [first, second, third] = server.asked;
  assert.equal(first?.range, undefined);
  assert.match(second?.range ?? "", /^bytes=[1-9]\d*-$/);
  assert.equal(second?.ifRange, '"one"');
  assert.ok(Number(third?.range?.slice(6, -1)) > Number(second?.range?.slice(6, -1)));
});

test("an interrupted download goes on with the next command", async (t) => {
  const server = await FileServer.start(t);
  server.files["/m"] = { bytes: CONTENT, etag: '"one"', breaksAfter: [600_000, 0, 0, 0, 0] };
  const wanted = { url: server.url("/m"), path: join(folderFor(t), "m"), bytes: CONTENT.length, sha256: SHA256 };
  await assert.rejects(fetchIt(wanted).result, (error: unknown) => {
    assert.ok(error instanceof TransferError);
    assert.match(error.message, /kB of 1\.0 MB are kept, the same command goes on from there/);
    return true;
  });
  server.files["/m"] = { bytes: CONTENT, etag: '"one"' };
  assert.equal(await fetchIt(wanted).result, SHA256);
  assert.match(server.asked.at(-1)?.range ?? "", /^bytes=[1-9]/);
});

test("what is kept is not mixed with a file that has changed meanwhile", async (t) => {
  const server = await FileServer.start(t);
  server.files["/m"] = { bytes: randomBytes(1_000_000), etag: '"old"', breaksAfter: [600_000, 0, 0, 0, 0] };
  const wanted = { url: server.url("/m"), path: join(folderFor(t), "m"), sha256: SHA256 };
  await assert.rejects(fetchIt(wanted).result, TransferError);
  server.files["/m"] = { bytes: CONTENT, etag: '"new"' };
  assert.equal(await fetchIt(wanted).result, SHA256);
});

test("without a tag of the server an interrupted download begins anew", async (t) => {
  const server = await FileServer.start(t);
  server.files["/m"] = { bytes: CONTENT, breaksAfter: [100_000] };
  const wanted = { url: server.url("/m"), path: join(folderFor(t), "m"), sha256: SHA256 };
  assert.equal(await fetchIt(wanted).result, SHA256);
  assert.equal(server.asked.at(-1)?.range, undefined);
});

test("a corrupted file is deleted, with both checksums named", async (t) => {
  const server = await FileServer.start(t);
  const corrupted = Buffer.from(CONTENT);
  corrupted[1000] = (corrupted[1000] ?? 0) ^ 1;
  server.files["/m"] = { bytes: corrupted };
  const path = join(folderFor(t), "m");
  await assert.rejects(fetchIt({ url: server.url("/m"), path, sha256: SHA256 }).result, {
    code: "model-checksum",
    message: new RegExp(`not ${SHA256}`),
  });
  assert.equal(existsSync(path), false);
});

test("a file of another size is refused before it is fetched", async (t) => {
  const server = await FileServer.start(t);
  server.files["/m"] = { bytes: CONTENT };
  const path = join(folderFor(t), "m");
  await assert.rejects(fetchIt({ url: server.url("/m"), path, bytes: 999_999 }).result, {
    code: "model-size",
    message: /1000000 bytes, not 999999/,
  });
  assert.equal(existsSync(path), false);
});

test("a web page in place of the file, and a file that is not there, are named", async (t) => {
  const server = await FileServer.start(t);
  server.files["/m"] = { bytes: Buffer.from("<html>log in</html>"), type: "text/html; charset=utf-8" };
  const path = join(folderFor(t), "m");
  await assert.rejects(fetchIt({ url: server.url("/m"), path }).result, { code: "model-refused", message: /web page/ });
  await assert.rejects(fetchIt({ url: server.url("/n"), path }).result, {
    code: "model-refused",
    message: /answered 404/,
  });
  assert.equal(server.asked.length, 2, "a refusal is not asked again");
});

test("redirects are followed, and a server that is overloaded is asked again", async (t) => {
  const server = await FileServer.start(t);
  server.files["/here"] = { bytes: CONTENT, location: "/there" };
  server.files["/there"] = { bytes: CONTENT };
  const folder = folderFor(t);
  assert.equal(await fetchIt({ url: server.url("/here"), path: join(folder, "m") }).result, SHA256);
  server.files["/busy"] = { bytes: CONTENT, status: 503 };
  await assert.rejects(fetchIt({ url: server.url("/busy"), path: join(folder, "n") }).result, {
    code: "model-unreachable",
    message: /503/,
  });
  assert.equal(server.asked.filter(({ path }) => path === "/busy").length, 4);
});

test("a proxy of the environment is asked, unless NO_PROXY names the host", async (t) => {
  const server = await FileServer.start(t);
  server.files["/m"] = { bytes: CONTENT };
  const folder = folderFor(t);
  // Nobody has this name: only the proxy can answer.
  const url = "http://models.invalid/m";
  const env = { HTTP_PROXY: `http://user:secret@127.0.0.1:${server.port}` };
  assert.equal(await fetchIt({ url, path: join(folder, "m") }, env).result, SHA256);
  const direct = fetchIt({ url, path: join(folder, "n") }, { ...env, NO_PROXY: "models.invalid" }).result;
  await assert.rejects(direct, (error: unknown) => {
    assert.ok(error instanceof ModelError);
    assert.equal(error.code, "model-unreachable");
    assert.doesNotMatch(error.message, /secret/);
    return true;
  });
});

test("a full disk is named, and not tried again", { skip: !existsSync("/dev/full") && "no /dev/full" }, async (t) => {
  const server = await FileServer.start(t);
  server.files["/m"] = { bytes: CONTENT };
  const path = join(folderFor(t), "m");
  symlinkSync("/dev/full", path);
  await assert.rejects(fetchIt({ url: server.url("/m"), path }).result, { code: "disk-full" });
  assert.equal(server.asked.length, 1);
});
