/** A line of a partition table. */
interface Partition {
  readonly line: number;
  readonly name: string;
  readonly type: string;
  readonly subtype: string;
  /** Bytes from the start of the flash memory. */
  readonly offset: number;
  readonly size: number;
}

export interface TableFault {
  /** From 1; absent where something is missing. */
  readonly line?: number;
  readonly text: string;
}

/** The boot loader, and at 0x8000 the table itself, come before. */
const FIRST_OFFSET = 0x9000;
const DATA_STEP = 0x1000;
/** The chip maps code from flash in pages. */
const APP_STEP = 0x10000;
const UNITS: { readonly [unit: string]: number } = { "": 1, K: 1024, M: 1024 * 1024 };
const OTA_DATA_BYTES = 0x2000;

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

function bytes(text: string): number | undefined {
  const [, digits, unit = ""] = /^(0x[0-9a-f]+|\d+)([KM]?)$/i.exec(text) ?? [];
  return digits === undefined ? undefined : Number(digits) * (UNITS[unit.toUpperCase()] as number);
}

const stepOf = (type: string) => (type === "app" ? APP_STEP : DATA_STEP);

function parse(text: string, faults: TableFault[]): Partition[] {
  const table: Partition[] = [];
  let end = FIRST_OFFSET;
  for (const [index, row] of text.split(/\r?\n/).entries()) {
    if (row.trim() === "" || row.trim().startsWith("#")) continue;
    const line = index + 1;
    const [name = "", type = "", subtype = "", from = "", length = ""] = row.split(",").map((cell) => cell.trim());
    // Without an offset a partition follows the one before.
    const offset = from === "" ? Math.ceil(end / stepOf(type)) * stepOf(type) : bytes(from);
    const size = bytes(length);
    if (offset === undefined) faults.push({ line, text: `partition ${name}: offset "${from}" is no number` });
    else if (size === undefined) faults.push({ line, text: `partition ${name}: size "${length}" is no number` });
    else {
      table.push({ line, name, type, subtype, offset, size });
      end = offset + size;
    }
  }
  return table;
}

function placeFaults(table: readonly Partition[], flashBytes: number): TableFault[] {
  const faults: TableFault[] = [];
  for (const { line, name, type, offset, size } of table) {
    const say = (text: string) => faults.push({ line, text: `partition ${name}: ${text}` });
    const step = stepOf(type);
    if (offset % step !== 0) say(`offset ${hex(offset)} is no multiple of ${hex(step)}`);
    if (size === 0 || size % DATA_STEP !== 0) say(`size ${hex(size)} is no multiple of ${hex(DATA_STEP)}`);
    if (offset < FIRST_OFFSET) say(`offset ${hex(offset)} lies in the boot loader or the table (below 0x9000)`);
    if (offset + size > flashBytes) {
      say(`it ends at ${hex(offset + size)}, and the flash memory has ${hex(flashBytes)} (${flashBytes >> 20} MB)`);
    }
  }
  return faults;
}

function overlapFaults(table: readonly Partition[]): TableFault[] {
  const sorted = [...table].sort((a, b) => a.offset - b.offset);
  return sorted.flatMap((part, index) => {
    const former = sorted[index - 1];
    if (!former || part.offset >= former.offset + former.size) return [];
    const end = hex(former.offset + former.size);
    const text = `partition ${part.name}: it begins at ${hex(part.offset)}, before ${former.name} ends at ${end}`;
    return [{ line: part.line, text }];
  });
}

function neededFaults(table: readonly Partition[]): TableFault[] {
  const faults: TableFault[] = [];
  const slots = table.filter(({ type, subtype }) => type === "app" && /^ota_\d+$/.test(subtype));
  if (slots.length < 2)
    faults.push({ text: `upgrades need two partitions app, ota_0 and ota_1; it has ${slots.length}` });
  const smaller = slots.find(({ size }) => size < (slots[0] as Partition).size);
  if (smaller)
    faults.push({ line: smaller.line, text: `partition ${smaller.name}: it is smaller than ${slots[0]?.name}` });
  const state = table.find(({ type, subtype }) => type === "data" && subtype === "ota");
  if (!state) faults.push({ text: "upgrades need a partition data, ota (0x2000 bytes)" });
  else if (state.size !== OTA_DATA_BYTES) {
    faults.push({ line: state.line, text: `partition ${state.name}: size ${hex(state.size)} must be 0x2000` });
  }
  if (!table.some(({ type, subtype }) => type === "data" && subtype === "nvs")) {
    faults.push({ text: "settings need a partition data, nvs" });
  }
  return faults;
}

/** What is wrong with a partition table (CSV, as ESP-IDF reads it) in so much flash memory. */
export function checkPartitions(text: string, flashBytes: number): TableFault[] {
  const faults: TableFault[] = [];
  const table = parse(text, faults);
  return [...faults, ...placeFaults(table, flashBytes), ...overlapFaults(table), ...neededFaults(table)];
}

/** Bytes of the smallest slot for firmware in a partition table; undefined when it has none. */
export function slotBytes(text: string): number | undefined {
  const sizes = parse(text, [])
    .filter(({ type, subtype }) => type === "app" && /^ota_\d+$/.test(subtype))
    .map(({ size }) => size);
  return sizes.length === 0 ? undefined : Math.min(...sizes);
}
