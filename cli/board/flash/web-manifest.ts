import { isObject, type JsonObject } from "../../../protocol/json.ts";

/** A file of an image and where in the flash memory it lies. */
export interface ImagePart {
  /** As ESP-IDF names it, from its build folder: `bootloader/bootloader.bin`. */
  readonly path: string;
  readonly offset: number;
}

/** ESP-IDF's list of what is to be flashed cannot be used. */
export class FlasherArgsError extends Error {
  override readonly name = "FlasherArgsError";
  readonly code = "flasher-args";
}

/**
 * The parts of an image, by their offsets, of ESP-IDF's `flasher_args.json`.
 *
 * @throws FlasherArgsError when they are not in it
 */
export function imageParts(flasherArgs: unknown): ImagePart[] {
  const files = isObject(flasherArgs) ? flasherArgs["flash_files"] : undefined;
  if (!isObject(files)) throw new FlasherArgsError("flasher_args.json: it has no flash_files");
  const parts = Object.entries(files as JsonObject).map(([offset, path]) => {
    const at = Number(offset);
    if (typeof path !== "string" || !Number.isSafeInteger(at) || at < 0) {
      throw new FlasherArgsError(`flasher_args.json: flash_files: "${offset}": ${JSON.stringify(path)}`);
    }
    return { path, offset: at };
  });
  if (parts.length === 0) throw new FlasherArgsError("flasher_args.json: flash_files is empty");
  return parts.sort((a, b) => a.offset - b.offset);
}

/**
 * The manifest of ESP Web Tools, by which a browser flashes a device; also read by the console.
 *
 * @param parts paths from the manifest
 * @see https://esphome.github.io/esp-web-tools/
 */
export function webManifest(name: string, version: string, parts: readonly ImagePart[]): object {
  return {
    name,
    version,
    new_install_prompt_erase: true,
    builds: [{ chipFamily: "ESP32-S3", parts: parts.map(({ path, offset }) => ({ path, offset })) }],
  };
}
