import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { readDocument } from "../../../host-server/knowledge/document-file.ts";
import { Knowledge } from "../../../host-server/knowledge/knowledge.ts";
import { passagesIn } from "../../../host-server/knowledge/passages.ts";
import { createDocument } from "../../../host-server/storage/knowledge.ts";
import { openStorage, type Storage } from "../../../host-server/storage/storage.ts";
import { createPluginSource } from "../../../host-server/tools/sources/plugin.ts";
import { VirtualClock } from "../../../simulator/clock.ts";
import { logLines } from "../fakes/log-lines.ts";
import { plugin } from "../fakes/plugin.ts";

const folder = mkdtempSync(join(tmpdir(), "xiaozhi-knowledge-"));
const clock = new VirtualClock();
const { log, lines } = logLines();
let storage: Storage;

before(async () => {
  storage = await openStorage({ url: "", file: ":memory:", clock, log });
});

after(async () => {
  await storage.close();
  rmSync(folder, { recursive: true });
});

test("Markdown is cut at its headings, and remembers under which a passage stands", () => {
  const text =
    "Before.\n\n# Kettle\nBoils.\n\n## Care #\n\nWipe it.\n\nDry it.\n```\n# no heading\n```\n# Lamp\r\nShines.";
  assert.deepEqual(passagesIn(text), [
    { heading: "", text: "Before." },
    { heading: "Kettle", text: "Boils." },
    { heading: "Kettle › Care", text: "Wipe it.\n\nDry it.\n```\n# no heading\n```" },
    { heading: "Lamp", text: "Shines." },
  ]);
});

test("long paragraphs are cut between sentences", () => {
  const [first, second] = passagesIn(`${"今天天气很好。".repeat(100)}`);
  assert.ok(first?.text.endsWith("好。") && second?.text.startsWith("今天"));
  const english = passagesIn("This is a sentence of some length, 3.5 lines. ".repeat(40));
  assert.ok(english.every(({ text }) => text.startsWith("This") && text.endsWith("lines.")));
});

test("nothing is lost, and no passage is too long, whatever the text", () => {
  const characters = (text: string) => text.replace(/\s/g, "");
  const piece = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.constantFrom("\n", "\n\n", "a. ", "好。", "”", "x".repeat(700)),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      // A line that begins like a heading is one, and its signs go.
      const text = pieces.join("").replaceAll("#", "");
      const passages = passagesIn(text);
      assert.equal(characters(passages.map((passage) => passage.text).join("")), characters(text));
      assert.ok(passages.every((passage) => passage.text.length <= 600 && passage.text !== ""));
    }),
  );
});

test("pages of the web are read with their headings, Chinese ones in the old encoding, too", async () => {
  const page = join(folder, "page.html");
  writeFileSync(page, "<head><style>p{}</style></head><h2>Care &amp; use</h2><p>Wipe <b>it</b>.</p><script>x</script>");
  assert.deepEqual(passagesIn(await readDocument(page)), [{ heading: "Care & use", text: "Wipe it ." }]);
  const old = join(folder, "old.txt");
  writeFileSync(old, Buffer.from([0xc4, 0xe3, 0xba, 0xc3]));
  assert.equal(await readDocument(old), "你好");
  await assert.rejects(readDocument(join(folder, "a.exe")), /document-unreadable: .*a\.exe: expected \.md/);
  await assert.rejects(readDocument(join(folder, "none.txt")), /document-unreadable: .*none\.txt: .*ENOENT/);
  for (const path of [page, old]) rmSync(path);
});

test("what lies in the folder is offered to the model, found, and forgotten when it goes", async () => {
  const knowledge = new Knowledge({ storage, folder, log });
  const abilities = { knowledge };
  const { run, made } = plugin("search_knowledge", { abilities, clock });
  const ofGarden = plugin("search_knowledge", { abilities, clock, settings: { collections: ["garden"] } });
  const caller = { deviceId: "aa", setPrompt: () => {} };
  const offered = () => createPluginSource(made, caller).list();
  await knowledge.start();
  assert.deepEqual(offered(), []);

  mkdirSync(join(folder, "garden"));
  writeFileSync(join(folder, "garden", "roses.md"), "# Roses\n\nRoses are cut in March.");
  writeFileSync(join(folder, "kettle.txt"), "The kettle has two years of guarantee.");
  writeFileSync(join(folder, "picture.png"), "no text");
  mkdirSync(join(folder, "broken.md"));
  await createDocument(storage, {
    name: "house.md",
    passages: [{ heading: "", text: "The fuses are in the cellar." }],
  });
  await clock.advance(11_000);
  assert.match(offered()[0]?.description ?? "", /Documents: house\.md, kettle\.txt, roses\.md$/);
  assert.equal((await run({ question: "When are roses cut?" })).text, "[roses.md › Roses]\nRoses are cut in March.");
  assert.match((await run({ question: "Where are the fuses?" })).text, /^\[house\.md\]\nThe fuses/);
  assert.equal((await ofGarden.run({ question: "kettle guarantee" })).text, "The documents say nothing about this.");
  assert.match(ofGarden.made[0]?.tool.description ?? "", /Documents: roses\.md$/);

  writeFileSync(join(folder, "kettle.txt"), "The kettle has ten years of guarantee.");
  rmSync(join(folder, "garden"), { recursive: true });
  await clock.advance(11_000);
  assert.match((await run({ question: "kettle guarantee" })).text, /ten years/);
  assert.equal((await run({ question: "When are roses cut?" })).text, "The documents say nothing about this.");
  assert.ok(!ofGarden.made[0]?.isOffered?.());
  knowledge.close();
});

test("a file that cannot be read is told of once", async () => {
  writeFileSync(join(folder, "manual.pdf"), "no PDF");
  const knowledge = new Knowledge({ storage, folder, log });
  await knowledge.start();
  await clock.advance(25_000);
  knowledge.close();
  const told = lines.filter(({ msg }) => msg === "a document cannot be searched");
  assert.equal(told.length, 1, JSON.stringify(told));
  assert.match(JSON.stringify(told[0]), /manual\.pdf/);
});
