import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { run as buildFirmware } from "../../../cli/board/flash/build-firmware.ts";
import { run as flash } from "../../../cli/board/flash/flash.ts";
import { checkPort, checkToolchain } from "../../../cli/board/flash/toolchain.ts";
import { imageParts } from "../../../cli/board/flash/web-manifest.ts";
import { boardText, makeFolder } from "./made-folder.ts";

/** Stands for mcconfig: notes how it was called, and builds what ESP-IDF would with `-t build`. */
const MCCONFIG = `
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
const args = process.argv.slice(2);
writeFileSync(process.env.CALLED, JSON.stringify({ args, port: process.env.UPLOAD_PORT }));
if (process.env.FAILS) process.exit(3);
const out = args[args.indexOf("-o") + 1];
if (args.includes("-t")) {
  const build = join(out, "tmp/esp32/my-box/release/xiaozhi/xsProj-esp32s3/build");
  const files = { "0x20000": "xs_esp32.bin", "0x0": "bootloader/bootloader.bin", "0x8000": "partition_table/partition-table.bin", "0xf000": "ota_data_initial.bin" };
  for (const path of Object.values(files)) {
    mkdirSync(join(build, path, ".."), { recursive: true });
    writeFileSync(join(build, path), path);
  }
  writeFileSync(join(build, "flasher_args.json"), JSON.stringify({ write_flash_args: ["--flash_size", "16MB"], flash_files: files }));
}
`;

/** Variables of a terminal with SDK, ESP-IDF and a device, all of them fake, and what the commands print. */
function terminal(t: TestContext) {
  const root = mkdtempSync(join(tmpdir(), "tools-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    chmodSync(join(root, path), 0o755);
    return join(root, path);
  };
  const script = put("mcconfig.mjs", MCCONFIG);
  put("bin/mcconfig", `#!/bin/sh\nexec "${process.execPath}" "${script}" "$@"\n`);
  for (const name of ["idf.py", "xtensa-esp32s3-elf-gcc"]) put(`bin/${name}`, "#!/bin/sh\n");
  mkdirSync(join(root, "sdk", "modules"), { recursive: true });
  put("idf/tools/idf.py", "");
  put("idf/version.txt", "v6.0.2\n");
  const port = put("port", "");
  const env = {
    MODDABLE: join(root, "sdk"),
    IDF_PATH: join(root, "idf"),
    PATH: [join(root, "bin"), process.env["PATH"]].join(delimiter),
    CALLED: join(root, "called.json"),
  };
  const printed: string[] = [];
  t.mock.method(console, "log", (text: string) => printed.push(text));
  t.mock.method(console, "error", (text: string) => printed.push(text));
  const called = () => JSON.parse(readFileSync(env.CALLED, "utf8"));
  return { root, env, port, printed, called, put };
}

/** Runs with these variables of the environment alone changed. */
async function within<T>(env: { readonly [name: string]: string | undefined }, run: () => Promise<T>): Promise<T> {
  const former = { ...process.env };
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  try {
    return await run();
  } finally {
    process.env = former;
  }
}

test("a board is built and written through the port, with configuration and in the debugger", async (t) => {
  const { env, port, called } = terminal(t);
  const otaUrl = "otaUrl=http://192.168.1.20:8002/xiaozhi/ota/";
  assert.equal(await within(env, () => flash(["esp32-s3-devkit", otaUrl, "--port", port])), 0);
  assert.deepEqual(called(), { args: ["-d", "-m", "-p", "esp32:./boards/esp32-s3-devkit", otaUrl], port });
  assert.equal(await within({ ...env, FAILS: "1" }, () => flash(["esp32-s3-devkit", "--port", port, "--release"])), 3);
  assert.deepEqual(called().args.slice(0, 2), ["-m", "-p"]);
});

test("a folder with capitals in its path is given by a link, as mcconfig writes the path small", async (t) => {
  const { env, port, called } = terminal(t);
  const folder = makeFolder(t, {});
  assert.match(folder, /Boards-/);
  assert.equal(await within(env, () => flash([folder, "--port", port])), 0);
  assert.equal(called().args[3], "esp32:./.build/boards/my-box");
});

test("a board that is wrong is not built", async (t) => {
  const { env, port, printed } = terminal(t);
  const folder = makeFolder(t, { board: boardText("  parts: [lamp(24)],") });
  assert.equal(await within(env, () => flash([folder, "--port", port])), 1);
  assert.equal(await within(env, () => buildFirmware([folder])), 1);
  assert.match(printed[0] as string, /board\.ts:15: an ESP32-S3 has no pin 24/);
  assert.equal(existsSync(env.CALLED), false);
});

test("the parts of an image and the manifest of a browser's flasher are put together", async (t) => {
  const { root, env, called } = terminal(t);
  const out = join(root, "www");
  const folder = makeFolder(t, {});
  assert.equal(await within(env, () => buildFirmware([folder, "--out", out])), 0);
  assert.deepEqual(called().args.slice(-4, -1), ["-t", "build", "-o"]);
  const manifest = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8"));
  assert.match(manifest.version, /^\d+\.\d+\.\d+$/);
  assert.equal(manifest.name, "XiaoZhi XS, my-box");
  assert.deepEqual(manifest.builds, [
    {
      chipFamily: "ESP32-S3",
      parts: [
        { path: "bootloader.bin", offset: 0 },
        { path: "partition-table.bin", offset: 0x8000 },
        { path: "ota_data_initial.bin", offset: 0xf000 },
        { path: "xs_esp32.bin", offset: 0x20000 },
      ],
    },
  ]);
  assert.equal(readFileSync(join(out, "partition-table.bin"), "utf8"), "partition_table/partition-table.bin");
  rmSync(out, { recursive: true });
  assert.equal(await within({ ...env, FAILS: "1" }, () => buildFirmware([folder, "--out", out])), 3);
  assert.equal(existsSync(out), false);
});

test("without SDK, ESP-IDF and port it says how each is got, and what does the rest", async (t) => {
  const { printed, called } = terminal(t);
  const none = { MODDABLE: undefined, IDF_PATH: undefined };
  assert.equal(await within(none, () => flash(["esp32-s3-devkit", "--port", "/no/such/port"])), 1);
  const said = printed.join("\n");
  assert.match(said, /Missing: the Moddable SDK: the variable MODDABLE is not set\n {2}-> npm install --global xs-dev/);
  assert.match(said, /Missing: ESP-IDF v6\.0: the variable IDF_PATH is not set\n {2}-> xs-dev setup --device=esp32/);
  assert.match(said, /Missing: the port \/no\/such\/port: it is not there/);
  assert.match(said, /UPLOAD_PORT=\/no\/such\/port mcconfig -d -m -p esp32:\.\/boards\/esp32-s3-devkit$/);
  assert.throws(called);
});

test("what is there but wrong is told apart from what is missing", (t) => {
  const { env, root, put } = terminal(t);
  const whats = (changed: object) =>
    checkToolchain({ ...env, ...changed }).map(({ what }) => what.replaceAll(root, ""));
  assert.deepEqual(whats({}), []);
  assert.deepEqual(whats({ MODDABLE: join(root, "idf") }), ["the Moddable SDK: MODDABLE is /idf, and there is no SDK"]);
  assert.deepEqual(whats({ IDF_PATH: join(root, "sdk") }), ["ESP-IDF v6.0: IDF_PATH is /sdk, and there is no ESP-IDF"]);
  assert.deepEqual(whats({ PATH: "" }), [
    "the SDK's tools: there is no mcconfig in /sdk/build/bin or on the PATH",
    "idf.py and xtensa-esp32s3-elf-gcc on the PATH: this terminal does not know ESP-IDF",
  ]);
  put("idf/version.txt", "v5.5.1\n");
  assert.deepEqual(whats({}), ["ESP-IDF v6.0: the one in /idf is v5.5"]);
});

test("of several ports one must be chosen, and without one there is help", (t) => {
  const { port } = terminal(t);
  assert.equal(checkPort(port, []), undefined);
  assert.equal(checkPort(undefined, [port]), undefined);
  assert.equal(checkPort(undefined, [port, "/b"])?.how, `--port ${port} or --port /b`);
  assert.match(String(checkPort(undefined, [])?.how), /^plug the board in/);
});

test("a list of parts that cannot be used is refused by name, whatever it is", () => {
  assert.throws(() => imageParts({}), /flasher_args\.json: it has no flash_files/);
  assert.throws(() => imageParts({ flash_files: { "0xzz": "a.bin" } }), /flash_files: "0xzz": "a\.bin"/);
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      try {
        imageParts({ flash_files: value });
      } catch (error) {
        assert.equal((error as { code?: string }).code, "flasher-args");
      }
    }),
  );
});
