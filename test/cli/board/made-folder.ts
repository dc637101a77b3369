import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { after, type TestContext } from "node:test";
import { checkBoard } from "../../../cli/board/check.ts";
import { describeFinding } from "../../../cli/board/finding.ts";
import { boardFolder } from "../../../cli/board/folder.ts";
import { SourceReader } from "../../../cli/board/source.ts";
import { ROOT } from "../../../cli/process.ts";

/** One for all boards of a file of tests. */
export const reader = new SourceReader();
after(() => reader.close());

/** A board of the project is as it should be. */
export async function mayBeFlashed(name: string): Promise<void> {
  const findings = await checkBoard(boardFolder(name), reader);
  assert.deepEqual(findings.filter(({ isWarning }) => !isWarning).map(describeFinding), []);
}

/** A `board.ts` of a maker; `fields` go into the board, `imports` before it. */
export function boardText(fields: string, imports = ""): string {
  return `import { defineBoard } from "boards/board";
import { defineTool } from "mcp/tool";
import { twoControllers } from "modules/hardware/audio-part";
import { pinButton } from "modules/hardware/button";
import { lamp } from "modules/parts/switch";
${imports}
export default defineBoard({
  name: "my-box",
  chip: "esp32s3",
  audio: twoControllers({
    microphone: { sampleRate: 16000, bclk: 5, ws: 4, data: 6 },
    speaker: { sampleRate: 24000, bclk: 15, ws: 16, data: 7 },
  }),
  button: pinButton(0),
${fields}
});
`;
}

/** Path of a module's manifest as one in `directory` names it. */
export function included(directory: string, file = "modules/hardware/chips/esp32s3-n16r8.json"): string {
  return relative(directory, join(ROOT, file));
}

export interface FolderOptions {
  readonly name?: string;
  readonly board?: string;
  /** Wins over what a simple board has. */
  readonly manifest?: object | string;
  /** By their paths in the folder. */
  readonly files?: { readonly [path: string]: string };
}

/** A board's folder outside of the project, gone after the test. */
export function makeFolder(t: TestContext, { name = "my-box", board = boardText(""), manifest, files }: FolderOptions) {
  const directory = join(mkdtempSync(join(tmpdir(), "Boards-")), name);
  t.after(() => rmSync(dirname(directory), { recursive: true, force: true }));
  mkdirSync(directory);
  const simple = {
    include: [included(directory)],
    modules: { board: "./board" },
    defines: { image: { board: name } },
  };
  const text = typeof manifest === "string" ? manifest : JSON.stringify({ ...simple, ...manifest }, null, 2);
  for (const [path, content] of Object.entries({ ...files, "board.ts": board, "manifest.json": text })) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  return directory;
}

/** What the check says of such a board: `board.ts:14: text`, paths from its folder. */
export async function findingsOf(t: TestContext, options: FolderOptions): Promise<string[]> {
  const directory = makeFolder(t, options);
  const findings = await checkBoard(boardFolder(directory), reader);
  return findings.map(({ file, line, text, isWarning }) => {
    return `${relative(directory, file)}:${line ?? ""}: ${isWarning ? "warning: " : ""}${text}`;
  });
}
