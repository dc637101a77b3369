import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readDump } from "../../../cli/import/mysql-dump.ts";

const DUMP = `-- MySQL dump; don't mind
/*!40101 SET NAMES utf8mb4 */;
CREATE TABLE \`ai_device\` (
  \`id\` varchar(32) NOT NULL COMMENT 'key; of it',
  \`alias\` varchar(64) DEFAULT NULL,
  \`auto_update\` tinyint,
  PRIMARY KEY (\`id\`)
) ENGINE=InnoDB;
INSERT INTO \`ai_device\` VALUES ('a;1','It\\'s; (mine), \\\\ yes',1),('b',NULL,0);
INSERT INTO \`ai_device\` (\`alias\`, \`id\`) VALUES (_utf8mb4'客厅''s', 0x6331);
INSERT INTO \`big\` (\`n\`) VALUES (1.5),(12345678901234567890);
`;

test("a dump is rows by table", () => {
  const tables = readDump(DUMP);
  assert.deepEqual(tables.get("ai_device"), [
    { id: "a;1", alias: "It's; (mine), \\ yes", auto_update: 1 },
    { id: "b", alias: null, auto_update: 0 },
    { alias: "客厅's", id: "c1" },
  ]);
  assert.deepEqual(tables.get("big"), [{ n: 1.5 }, { n: "12345678901234567890" }]);
});

test("any text comes out of a dump as it went in", () => {
  const escaped = (text: string) =>
    text.replace(/[\\'"\n\r\0\x1a]/g, (sign) => {
      const names: { readonly [sign: string]: string } = { "\n": "n", "\r": "r", "\0": "0", "\x1a": "Z" };
      return `\\${names[sign] ?? sign}`;
    });
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme" }), { minLength: 1 }), (texts) => {
      const values = texts.map((text) => `('${escaped(text)}')`).join(",");
      const rows = readDump(`INSERT INTO \`t\` (\`v\`) VALUES ${values};\nINSERT INTO \`u\` (\`v\`) VALUES (7);`);
      assert.deepEqual(
        rows.get("t")?.map(({ v }) => v),
        texts,
      );
      assert.deepEqual(rows.get("u"), [{ v: 7 }]);
    }),
  );
});

test("no text hangs it or makes it throw", () => {
  const pieces = fc.constantFrom(
    "INSERT INTO `t` VALUES ",
    "(",
    ")",
    "'",
    "\\",
    ",",
    ";",
    "1",
    "CREATE TABLE `t` (\n `a` int\n)",
    "-- ",
    "\n",
    "NULL",
  );
  fc.assert(fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => void readDump(parts.join(""))));
});
