import { firmwareImage } from "../../firmware/firmware-images.ts";

const S3 = 9;
/** The high half of the byte: 2 to the power of 4 MB. */
const FLASH_16_MB = 0x40;

/** A boot loader, as far as its head goes. */
export function bootLoader({ chip = S3, size = FLASH_16_MB } = {}): Buffer {
  const bytes = Buffer.alloc(4_096, 0x11);
  bytes.set([0xe9, 1, 2, size]);
  bytes.writeUInt16LE(chip, 12);
  return bytes;
}

/** A partition table: settings, which slot is used, two slots of 64 KB. */
export function partitionTable(): Buffer {
  const bytes = Buffer.alloc(0xc00, 0xff);
  const lines: readonly (readonly [type: number, subtype: number, offset: number, size: number, name: string])[] = [
    [1, 2, 0x9000, 0x4000, "nvs"],
    [1, 0, 0xd000, 0x2000, "otadata"],
    [0, 0x10, 0x10000, 0x10000, "ota_0"],
    [0, 0x11, 0x20000, 0x10000, "ota_1"],
  ];
  for (const [index, [type, subtype, offset, size, name]] of lines.entries()) {
    const line = bytes.subarray(index * 32, index * 32 + 32).fill(0);
    line.set([0xaa, 0x50, type, subtype]);
    line.writeUInt32LE(offset, 4);
    line.writeUInt32LE(size, 8);
    line.write(name, 12, "latin1");
  }
  return bytes;
}

/** An application of this project for a chip. */
export function application({ chip = S3, board = "esp32-s3-devkit", version = "1.2.0", bytes = 9_000 } = {}): Buffer {
  const image = firmwareImage(bytes, { board, version });
  image.writeUInt16LE(chip, 12);
  return image;
}

export const OFFSETS: Readonly<Record<string, number>> = {
  "bootloader.bin": 0,
  "partition-table.bin": 0x8000,
  "ota_data_initial.bin": 0xd000,
  "xs_esp32.bin": 0x10000,
};

/** What `xiaozhi build-firmware` writes; `change` may take parts away or put others in. */
export function flashFiles(
  change: { readonly [path: string]: Uint8Array | undefined } = {},
  { offsets = OFFSETS, chipFamily = "ESP32-S3" } = {},
): Map<string, Uint8Array> {
  const parts: { readonly [path: string]: Uint8Array | undefined } = {
    "bootloader.bin": bootLoader(),
    "partition-table.bin": partitionTable(),
    "ota_data_initial.bin": Buffer.alloc(0x2000, 0xff),
    "xs_esp32.bin": application(),
    ...change,
  };
  const there = Object.entries(parts).flatMap(([path, bytes]) => (bytes ? [[path, bytes] as const] : []));
  const manifest = {
    name: "XiaoZhi XS",
    version: "1.2.0",
    builds: [{ chipFamily, parts: there.map(([path]) => ({ path, offset: offsets[path] ?? 0 })) }],
  };
  return new Map([...there, ["manifest.json", Buffer.from(JSON.stringify(manifest))]]);
}

/** A tar archive. */
export function tarOf(files: ReadonlyMap<string, Uint8Array>): Buffer {
  const blocks = [...files].flatMap(([path, bytes]) => {
    const head = Buffer.alloc(512);
    head.write(path, 0);
    head.write(`${bytes.byteLength.toString(8).padStart(11, "0")} `, 124);
    head.write("0", 156);
    head.write("ustar\0", 257);
    return [head, bytes, Buffer.alloc((512 - (bytes.byteLength % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1_024)]);
}
