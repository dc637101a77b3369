import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type TestContext, test } from "node:test";
import { findAll } from "../../../cli/doctor/doctor.ts";
import { StagePool } from "../../../host-server/agents/stage-pool.ts";
import { systemClock } from "../../../host-server/clock.ts";
import { loadProviderFiles } from "../../../host-server/providers/files/provider-files.ts";
import { providers } from "../../../host-server/providers/registry.ts";
import { readConfiguration } from "../../../host-server/server/read-configuration.ts";
import { snippetsOf } from "../../docs/snippets.ts";
import { collect } from "../fixtures/collect.ts";
import { providerContext } from "../fixtures/provider-context.ts";

/** The example of the documentation. */
const [EXAMPLE] = snippetsOf("providers.md").filter(({ kind }) => kind === "provider");

/** A data folder with these files of providers, and a configuration. */
function dataFolder(t: TestContext, files: Record<string, string>, config = ""): string {
  const folder = mkdtempSync(join(tmpdir(), "providers-"));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "providers"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, "providers", name), text);
  writeFileSync(join(folder, ".config.yaml"), config);
  return folder;
}

test("the example of the documentation is a provider: named, with settings, and heard", async (t) => {
  const config = "tts: { use: tone, tone: { hertz: 200 } }";
  const folder = dataFolder(t, { "tone.ts": EXAMPLE?.text ?? "" }, config);
  const { config: read, registry, again } = await readConfiguration(join(folder, ".config.yaml"));
  assert.equal(again().config.tts.use, "tone");
  const pool = new StagePool({ ...providerContext(), registry });
  for (const { tts } of [pool.keep(read), pool.stagesFor({ ...read, tts: { ...read.tts, tone: { hertz: 100 } } })]) {
    const [speech] = await collect(tts.speak("Hello", new AbortController().signal));
    assert.equal(speech?.sampleRate, 16_000);
    assert.ok(speech.pcm.some((sample) => sample > 1_000));
  }
  await pool.close();
});

test("wrong settings are named as those of any provider", async (t) => {
  const folder = dataFolder(t, { "tone.ts": EXAMPLE?.text ?? "" }, "tts: { use: tone, tone: { hertz: low } }");
  await assert.rejects(readConfiguration(join(folder, ".config.yaml")), {
    code: "config-invalid",
    message: /tts\.tone\.hertz: expected number/,
  });
});

test("a file that is broken is left out with its reason, and the others are there", async (t) => {
  const provider = (member: string) =>
    `export default ({ defineTts, z }) => defineTts({ name: "own", settings: z.strictObject({}), create: () => ({}), ${member} });`;
  const files = {
    "a-throws.js": "throw new Error('no luck');",
    "b-syntax.mjs": "export default (",
    "c-no-function.js": "export default 3;",
    "d-nothing.js": "export default () => ({ name: 'x' });",
    "e-name.js": provider("name: 'use'"),
    "f-settings.js": provider("settings: {}"),
    "g-create.js": provider("create: 3"),
    "h-twice.js": provider("name: 'flite'"),
    "i-good.js": provider(""),
    "j-same.js": provider(""),
    "notes.txt": "",
    "types.d.ts": "",
  };
  const folder = dataFolder(t, files, "tts: { use: later }");
  const loaded = await loadProviderFiles(join(folder, "providers"), providers, systemClock);
  const reports = loaded.files.map(({ file, provides, problem }) => [basename(file)[0], problem ?? provides.join()]);
  const expected: readonly [string, RegExp][] = [
    ["a", /^no luck$/],
    ["b", /Unexpected/],
    ["c", /expected a function as default export, got number/],
    ["d", /expected what defineAsr, defineTts and their like give/],
    ["e", /name: expected small letters and digits, got "use"/],
    ["f", /own\.settings: expected what z\.strictObject gives/],
    ["g", /own\.create: expected a function, got number/],
    ["h", /tts has a flite already/],
    ["i", /^tts own$/],
    ["j", /tts has a own already/],
  ];
  assert.equal(reports.length, expected.length);
  for (const [index, [name, pattern]] of expected.entries()) {
    assert.equal(reports[index]?.[0], name);
    assert.match(reports[index]?.[1] ?? "", pattern);
  }
  assert.equal(loaded.registry.tts.length, providers.tts.length + 1);
  await assert.rejects(readConfiguration(join(folder, ".config.yaml")), {
    message: /tts\.use[\s\S]+a-throws\.js is left out: no luck/,
  });
  assert.deepEqual(await loadProviderFiles(join(folder, "none"), providers, systemClock), {
    registry: providers,
    files: [],
  });
});

test("the doctor names them", async (t) => {
  const folder = dataFolder(
    t,
    { "tone.ts": EXAMPLE?.text ?? "", "worse.js": "export default 3;" },
    "server: { prot: 1 }",
  );
  const texts = (await findAll(join(folder, ".config.yaml"), undefined)).map(({ level, text }) => `${level}: ${text}`);
  assert.ok(
    texts.some((text) => /^good: .*tone\.ts provides tts tone$/.test(text)),
    texts.join("\n"),
  );
  assert.ok(texts.some((text) => /^warning: .*worse\.js is left out: expected a function/.test(text)));
});
