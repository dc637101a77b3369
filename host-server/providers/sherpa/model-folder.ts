import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { StageError } from "../../errors.ts";

/** The package that runs the models, which is not installed unasked: it is large. */
const ENGINE = "sherpa-onnx-node";
/** What an ONNX file says of itself lies at its end. */
const TAIL_BYTES = 256 * 1024;

/** The files of a model. */
export interface ModelFolder {
  readonly path: string;
  readonly names: readonly string[];
}

/**
 * Where the engine lies: in the folder for engines, or among the project's own packages.
 *
 * @throws StageError `engine-missing`
 */
export function enginePath(dataDirectory: string): string {
  const project = resolve(import.meta.dirname, "../../..");
  const places = [join(resolve(dataDirectory), "engines"), project].map((folder) =>
    join(folder, "node_modules", ENGINE),
  );
  const place = places.find((path) => existsSync(join(path, "package.json")));
  if (place) return place;
  const remedy = "`npm run xiaozhi -- models add <name>` brings it";
  throw new StageError("engine-missing", `engine-missing: ${ENGINE} is not installed; ${remedy}`);
}

/**
 * The folder of a model: a path, or a name in `models` of the data folder.
 *
 * @throws StageError `model-missing`
 */
export function openModel(model: string, dataDirectory: string): ModelFolder {
  const inData = join(dataDirectory, "models", model);
  const path = resolve(isAbsolute(model) || !existsSync(inData) ? model : inData);
  if (!existsSync(path) || !statSync(path).isDirectory()) {
    throw new StageError(
      "model-missing",
      `model-missing: there is no folder ${inData} and no folder ${resolve(model)}`,
    );
  }
  return { path, names: readdirSync(path).sort() };
}

/** The folder's file that fits; of several the quantised one, which is smaller and as good. */
export function fileOf({ path, names }: ModelFolder, pattern: RegExp): string | undefined {
  const fitting = names.filter((name) => pattern.test(name));
  const name = fitting.find((candidate) => candidate.includes("int8")) ?? fitting[0];
  return name === undefined ? undefined : join(path, name);
}

/** As `fileOf`. @throws StageError `model-incomplete` */
export function neededFile(folder: ModelFolder, pattern: RegExp): string {
  const file = fileOf(folder, pattern);
  if (file !== undefined) return file;
  throw new StageError("model-incomplete", `model-incomplete: ${folder.path} has no file like ${pattern.source}`);
}

/** Whether an ONNX file says this word of itself. */
export function saysOfItself(file: string, word: string): boolean {
  const size = statSync(file).size;
  const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
  const descriptor = openSync(file, "r");
  try {
    readSync(descriptor, bytes, 0, bytes.length, size - bytes.length);
  } finally {
    closeSync(descriptor);
  }
  return bytes.includes(word);
}

/** Name of the folder itself, in small letters: it mostly says what the model is. */
export function folderName({ path }: ModelFolder): string {
  return path.slice(dirname(path).length + 1).toLowerCase();
}
