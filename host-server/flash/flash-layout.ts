import { describeImage } from "../console/firmware/image.ts";
import { invalid } from "./flash-manifest.ts";

/** A file of an image, and where in the flash memory it goes. */
export interface FlashPart {
  readonly path: string;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

interface Chip {
  /** In the head of each of its images (ESP-IDF, "App Image Format", `chip_id`). */
  readonly id: number;
  /** Where its ROM looks for the boot loader. */
  readonly bootAt: number;
}

/** Chips by the names that ESP Web Tools gives them. */
const CHIPS: { readonly [family: string]: Chip } = {
  ESP32: { id: 0, bootAt: 0x1000 },
  "ESP32-S2": { id: 2, bootAt: 0x1000 },
  "ESP32-C3": { id: 5, bootAt: 0 },
  "ESP32-S3": { id: 9, bootAt: 0 },
  "ESP32-C6": { id: 13, bootAt: 0 },
  "ESP32-P4": { id: 18, bootAt: 0x2000 },
};

const IMAGE_MAGIC = 0xe9;
const CHIP_AT = 12;
const IMAGE_HEAD_BYTES = 24;
/** The high half of this byte of the boot loader's head says how much flash memory there is: 2 to that power, in MB. */
const FLASH_SIZE_AT = 3;
const MAX_FLASH_SIZE = 7;

/** Flash memory is erased in sectors. */
const SECTOR_BYTES = 0x1000;
/** ESP-IDF, "Partition Tables": where the table lies, and lines of 32 bytes that begin with 0xAA 0x50. */
const TABLE_AT = 0x8000;
const TABLE_BYTES = 0xc00;
const LINE_BYTES = 32;
const LINE_MAGIC = 0x50aa;
const APP = 0;

interface Partition {
  readonly name: string;
  readonly isApp: boolean;
  readonly offset: number;
  readonly size: number;
}

/** What an image of a device is for. */
export interface FlashContent {
  readonly board: string;
  readonly version: string;
}

/**
 * Looks whether parts are together what a device starts from: boot loader, table and an application of this project, each
 * for this chip and where it belongs, none over another, and all within the flash memory.
 *
 * @throws AppError `flash-image-invalid`, with what is wrong
 */
export function checkLayout(chipFamily: string, parts: readonly FlashPart[]): FlashContent {
  const chip = Object.hasOwn(CHIPS, chipFamily) ? CHIPS[chipFamily] : undefined;
  if (!chip) throw invalid(`chip ${chipFamily}: expected one of ${Object.keys(CHIPS).join(", ")}`);
  const sorted = [...parts].sort((a, b) => a.offset - b.offset);
  checkPlaces(sorted);
  const boot = readAt(sorted, chip.bootAt, IMAGE_HEAD_BYTES);
  if (!boot) throw invalid(`there is no boot loader at ${hex(chip.bootAt)}, where ${chipFamily} looks for it`);
  checkImage(boot, chip, `the boot loader at ${hex(chip.bootAt)}`);
  checkSize(sorted, (boot[FLASH_SIZE_AT] as number) >> 4);
  const table = partitionsOf(sorted);
  for (const part of sorted) checkPartition(part, table);
  return findApplication(sorted, table, chip);
}

function checkPlaces(sorted: readonly FlashPart[]): void {
  let end = 0;
  let former = "";
  for (const { path, offset, bytes } of sorted) {
    if (bytes.byteLength === 0) throw invalid(`${path} is empty`);
    if (offset % SECTOR_BYTES !== 0) throw invalid(`${path}: offset ${hex(offset)} is no multiple of 0x1000`);
    if (offset < end) throw invalid(`${path} begins at ${hex(offset)}, before ${former} ends at ${hex(end)}`);
    end = offset + bytes.byteLength;
    former = path;
  }
}

function checkSize(sorted: readonly FlashPart[], power: number): void {
  const last = sorted.at(-1) as FlashPart;
  const end = last.offset + last.bytes.byteLength;
  if (power > MAX_FLASH_SIZE) throw invalid(`the boot loader says a size of the flash memory that is none: ${power}`);
  const size = 2 ** power * 1024 * 1024;
  if (end > size) throw invalid(`${last.path} ends at ${hex(end)}, and the flash memory has ${hex(size)}`);
}

function checkImage(image: Uint8Array, { id }: Chip, what: string): void {
  if (image[0] !== IMAGE_MAGIC) throw invalid(`${what} is no image: its first byte is ${image[0]}`);
  const said = (image[CHIP_AT] as number) | ((image[CHIP_AT + 1] as number) << 8);
  if (said === id) return;
  const [family = `number ${said}`] = Object.keys(CHIPS).filter((name) => CHIPS[name]?.id === said);
  throw invalid(`${what} is for the chip ${family}`);
}

function partitionsOf(parts: readonly FlashPart[]): readonly Partition[] {
  const bytes = readAt(parts, TABLE_AT, LINE_BYTES) && bytesFrom(parts, TABLE_AT, TABLE_BYTES);
  if (!bytes) throw invalid("there is no partition table at 0x8000");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const table: Partition[] = [];
  for (let at = 0; at + LINE_BYTES <= bytes.byteLength && view.getUint16(at, true) === LINE_MAGIC; at += LINE_BYTES) {
    const [name = ""] = Buffer.from(bytes.subarray(at + 12, at + 28))
      .toString("latin1")
      .split("\0");
    const isApp = bytes[at + 2] === APP;
    table.push({ name, isApp, offset: view.getUint32(at + 4, true), size: view.getUint32(at + 8, true) });
  }
  if (table.length === 0) throw invalid("the partition table at 0x8000 has no lines");
  return table;
}

/** What lies behind the table lies in a partition. */
function checkPartition({ path, offset, bytes }: FlashPart, table: readonly Partition[]): void {
  if (offset <= TABLE_AT) return;
  const end = offset + bytes.byteLength;
  const partition = table.find((line) => offset >= line.offset && offset < line.offset + line.size);
  if (!partition) throw invalid(`${path} at ${hex(offset)} lies in no partition`);
  const limit = partition.offset + partition.size;
  if (end > limit) throw invalid(`${path} ends at ${hex(end)}, and partition ${partition.name} at ${hex(limit)}`);
}

function findApplication(parts: readonly FlashPart[], table: readonly Partition[], chip: Chip): FlashContent {
  for (const { name, isApp, offset, size } of table) {
    const image = isApp ? bytesFrom(parts, offset, size) : undefined;
    if (!image || image.byteLength < IMAGE_HEAD_BYTES) continue;
    checkImage(image, chip, `the application in ${name}`);
    const { board, version } = describeImage(image);
    if (board === "") throw invalid(`the application in ${name} does not say its board: it is none of this project`);
    return { board, version };
  }
  throw invalid("there is no application in a partition for one");
}

/** So many bytes of the flash memory; undefined where the parts do not have them all. */
function readAt(parts: readonly FlashPart[], offset: number, length: number): Uint8Array | undefined {
  const bytes = bytesFrom(parts, offset, length);
  return bytes?.byteLength === length ? bytes : undefined;
}

/** What a part has of the flash memory from there on, at most so much; undefined where no part has anything. */
function bytesFrom(parts: readonly FlashPart[], offset: number, length: number): Uint8Array | undefined {
  const part = parts.find((one) => offset >= one.offset && offset < one.offset + one.bytes.byteLength);
  return part?.bytes.subarray(offset - part.offset, offset - part.offset + length);
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
