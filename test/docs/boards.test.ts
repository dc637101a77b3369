import assert from "node:assert/strict";
import { test } from "node:test";
import { checkBoard } from "../../cli/board/check.ts";
import { describeFinding } from "../../cli/board/finding.ts";
import { boardFolder } from "../../cli/board/folder.ts";
import { included, makeFolder, reader } from "../cli/board/made-folder.ts";
import { boardOf, type Snippet, snippetsOf } from "./snippets.ts";

interface Manifest {
  readonly include?: readonly string[];
  readonly defines?: object;
  readonly modules?: object;
}

/** What a document says of manifests in the section of a snippet, as one of a folder that lies elsewhere. */
function manifestFor(snippets: readonly Snippet[], { section }: Snippet, at: (file: string) => string): Manifest {
  const said = snippets
    .filter((other) => other.section === section && other.language === "json" && other.kind === "manifest")
    .map(({ text }) => JSON.parse(text) as Manifest);
  const include = said.flatMap((part) => part.include ?? []).map((path) => at(path.replace("../../", "")));
  const chip = at("modules/hardware/chips/esp32s3-n16r8.json");
  const defines = Object.assign({ image: { board: "my-box" } }, ...said.map((part) => part.defines));
  return { include: [...new Set([chip, ...include])], modules: { board: "./board" }, defines };
}

for (const document of ["boards.md", "tools.md"]) {
  const snippets = snippetsOf(document);

  test(`${document}: every snippet of TypeScript says how it is tried`, () => {
    const code = snippets.filter(({ language }) => language === "ts");
    assert.ok(code.length >= 4);
    const untried = code.filter(({ kind }) => !["board", "fields", "plugin"].includes(kind));
    assert.deepEqual(untried, []);
  });

  for (const snippet of snippets.filter(({ kind }) => kind === "board" || kind === "fields")) {
    const { kind, line, section, text } = snippet;
    test(`${document}:${line}: ${section}: the ${kind} make a board that may be flashed`, async (t) => {
      const somewhere = makeFolder(t, {});
      const manifest = manifestFor(snippets, snippet, (file) => included(somewhere, file));
      const directory = makeFolder(t, { board: kind === "board" ? text : boardOf(snippet), manifest });
      const findings = await checkBoard(boardFolder(directory), reader);
      assert.deepEqual(findings.map(describeFinding), []);
    });
  }
}
