import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { boardFolder, boardNames } from "../../../cli/board/folder.ts";
import { DOCUMENT, describeBoard, listedBoards } from "../../../cli/boards/boards.ts";
import { type BoardRow, describeTable, readTable, replaceTable } from "../../../cli/boards/table.ts";
import { boardFolders } from "../../boards/board-folders.ts";

const ROW: BoardRow = {
  name: "box",
  what: "A box",
  screen: "",
  programKb: undefined,
  filesKb: 0,
  slots: 4000,
  chunksKb: 50,
};

test("docs/boards.md lists every board with what it says of itself; `npm run boards` writes it anew", () => {
  const rows = readTable(readFileSync(DOCUMENT, "utf8"));
  assert.deepEqual(
    rows.map(([name, what]) => [name, what]),
    listedBoards().map((name) => [`\`${name}\``, describeBoard(boardFolder(name))]),
  );
});

test("every board says what it is", () => {
  assert.deepEqual(boardNames(), boardFolders());
  const silent = boardNames().filter((name) => describeBoard(boardFolder(name)).length < 10);
  assert.deepEqual(silent, []);
});

test("a table is found again in a text, and replaced", () => {
  const text = `# Boards\n\n${describeTable([ROW])}\n\nMore.\n`;
  assert.deepEqual(readTable(text), [["`box`", "A box", "", "", "", "4000", "50"]]);
  const linked = { ...ROW, screen: "128 x 64", programKb: 700, filesKb: 11 };
  const changed = replaceTable(text, describeTable([ROW, linked]));
  assert.deepEqual(readTable(changed)[1], ["`box`", "A box", "128 x 64", "700", "11", "4000", "50"]);
  assert.match(changed, /^# Boards\n\n<!--[\s\S]*-->\n\nMore\.\n$/);
});

test("a text without a table is refused", () => {
  assert.throws(() => replaceTable("# Boards\n", describeTable([ROW])), /there are no lines/);
});
