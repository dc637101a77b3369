import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A file that a model consists of. */
export interface ModelFile {
  readonly url: string;
  /** Absent where it is not known. */
  readonly bytes?: number;
  /** In hexadecimal digits. Absent where it is not known: then the first download says what it is. */
  readonly sha256?: string;
}

/** A model that can be fetched by its name. */
export interface Model {
  readonly name: string;
  /** What it does in a turn. */
  readonly stage: "vad" | "turn" | "asr" | "tts" | "voiceprint";
  readonly about: string;
  /** As in `zh`, `en`. */
  readonly languages: readonly string[];
  readonly licence: string;
  /** What runs it: the npm package `sherpa-onnx-node`, or the ONNX runtime that is installed anyway. */
  readonly engine: "sherpa-onnx" | "onnxruntime";
  /** Files without which it does not run. */
  readonly expects: readonly string[];
  /** Archives (`.tar.bz2`), whose content becomes the model's folder, and files that lie in it as they are. */
  readonly files: readonly ModelFile[];
}

/** The models that are known by name. Sizes and sums are those that the publishers' releases and several of their users give. */
export const MODELS: readonly Model[] = Object.freeze(
  JSON.parse(readFileSync(join(import.meta.dirname, "catalogue.json"), "utf8")) as Model[],
);

/** The model of that name. */
export function findModel(name: string): Model | undefined {
  return MODELS.find((model) => model.name === name);
}

/** Bytes of all files; undefined when that of one is not known. */
export function downloadBytes({ files }: Model): number | undefined {
  return files.every(({ bytes }) => bytes !== undefined)
    ? files.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0)
    : undefined;
}

/** The name of a file in an address: `model.tar.bz2`. */
export function fileNameOf(address: string): string {
  return decodeURIComponent(new URL(address).pathname.split("/").at(-1) ?? "");
}

/** Whether a file is one to be unpacked. */
export function isArchive(name: string): boolean {
  return /\.(tar|tar\.bz2|tbz2?|tar\.gz|tgz)$/i.test(name);
}
