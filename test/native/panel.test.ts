import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { nativeTable, root } from "../../cli/native/targets.ts";
import { buildPanelProgram, compilePanelHalf, ordersToPanel } from "./panel-program.ts";

let program: string;
before(async () => {
  program = await buildPanelProgram();
});

const OPEN = [
  "bus 1: clock 11, data 4 5 6 7, at most 11776 bytes, DMA",
  "panel at bus 1: select 12, 40000000 Hz, mode 0, 32 bits, quad",
];
const CLOSED = ["panel closed", "bus 1 free"];

test("commands go over one line, with their register in the middle of the word", async () => {
  const said = await ordersToPanel(program, ["open", "command 51 ff", "close"]);
  assert.deepEqual(said, [...OPEN, "command 02005100 ff", ...CLOSED]);
});

test("a rectangle is sent in pieces of whole lines, each with its own, high byte first, and the panel goes on", async () => {
  const orders = ["open", "begin 2 4 4 6", "send 8 0", "send 16 0", "end", "begin 0 0 2 2", "send 4 1", "end", "close"];
  const said = await ordersToPanel(program, orders);
  assert.deepEqual(said, [
    ...OPEN,
    "command 02002a00 00120015",
    "command 02002b00 01300131",
    "pixels 32002c00 12001201120212031204120512061207",
    "command 02002b00 01320135",
    "pixels 32002c00 1200120112021203120412051206120712081209120a120b120c120d120e120f",
    "command 02002900",
    "command 02002a00 00100011",
    "command 02002b00 012c012d",
    "pixels 32002c00 1200120112021203",
    "command 02000000",
    "command 02000000",
    ...CLOSED,
  ]);
});

test("less than a line, and pixels before there is a rectangle, are not sent", async () => {
  const said = await ordersToPanel(program, ["open", "send 4 1", "begin 0 0 8 2", "send 7 1", "close"]);
  assert.deepEqual(said, [...OPEN, "command 02002a00 00100017", ...CLOSED]);
});

test("a bus or a panel that cannot be had is said, and nothing is left open", async () => {
  assert.deepEqual(await ordersToPanel(program, ["refuse-bus", "open"]), ["fault: the bus cannot be had"]);
  assert.deepEqual(await ordersToPanel(program, ["refuse-panel", "open"]), [
    OPEN[0],
    "bus 1 free",
    "fault: the panel cannot be had",
  ]);
});

test("the half for XS compiles without a warning, and defines each function that qspi-panel.ts names", async () => {
  await compilePanelHalf();
  const folder = join(root, "modules/hardware/panels/qspi");
  const native = readFileSync(join(folder, "qspi-panel.c"), "utf8");
  const defined = new Set([...nativeTable([native]).matchAll(/\{"(\w+)"/g)].map((match) => match[1]));
  const source = readFileSync(join(folder, "qspi-panel.ts"), "utf8");
  const named = [...source.matchAll(/\b[nN]ative\("(\w+)"\)/g)].map((match) => match[1] as string);
  assert.ok(named.length > 7);
  assert.deepEqual(
    named.filter((name) => !defined.has(name)),
    [],
  );
});
