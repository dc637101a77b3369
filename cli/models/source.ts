import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileNameOf, isArchive, type Model, type ModelFile } from "./catalogue.ts";
import { ModelError } from "./errors.ts";

/** A file of a model, and where it is to come from. */
export type Source =
  | { readonly kind: "address"; readonly file: ModelFile; readonly name: string }
  | { readonly kind: "file"; readonly path: string; readonly file: Omit<ModelFile, "url">; readonly name: string }
  /** A model that is unpacked already. */
  | { readonly kind: "folder"; readonly path: string };

/**
 * Where the files of a model come from.
 *
 * @param model as it is known; undefined for one that only its owner knows
 * @param from of the command line: an address of a file, an address that ends with "/" and stands for the places of all files,
 *   a file, or a folder
 * @throws ModelError `model-source` when there is nothing
 */
export function sourcesOf(model: Model | undefined, from: string | undefined): Source[] {
  if (from === undefined) return (model?.files ?? []).map((file) => addressOf(file, file.url));
  if (/^https?:\/\//.test(from)) return fromAddress(model, from);
  const found = statSync(from, { throwIfNoEntry: false });
  if (!found) throw new ModelError("model-source", `model-source: there is no ${resolve(from)}`);
  if (!found.isDirectory()) return [fileAt(from, oneFile(model, from))];
  const known = (model?.files ?? []).map((file) => ({ file, path: join(from, fileNameOf(file.url)) }));
  const isDownloads =
    known.length > 0 && known.every(({ path }) => statSync(path, { throwIfNoEntry: false })?.isFile());
  // A single file that is no archive lies in an unpacked model in the same way, and may be taken for either.
  return isDownloads ? known.map(({ file, path }) => fileAt(path, file)) : [{ kind: "folder", path: from }];
}

function fromAddress(model: Model | undefined, from: string): Source[] {
  if (!from.endsWith("/")) return [addressOf(oneFile(model, from) ?? { url: from }, from)];
  if (!model) {
    throw new ModelError(
      "model-source",
      `model-source: ${from} is no file; which one is it of a model that is not known?`,
    );
  }
  return model.files.map((file) => addressOf(file, from + fileNameOf(file.url)));
}

/** What is known of the file that stands for a whole model. */
function oneFile(model: Model | undefined, from: string): ModelFile | undefined {
  if (!model) return undefined;
  const [only, ...others] = model.files;
  if (only && others.length === 0) return only;
  const names = model.files.map(({ url }) => fileNameOf(url)).join(" and ");
  throw new ModelError(
    "model-source",
    `model-source: ${model.name} consists of ${names}: give the folder of both, not ${from}`,
  );
}

function addressOf(file: ModelFile, url: string): Source {
  return { kind: "address", file: { ...file, url }, name: fileNameOf(url) };
}

function fileAt(path: string, file: ModelFile | undefined): Source {
  const { bytes, sha256 } = file ?? {};
  const known = { ...(bytes !== undefined && { bytes }), ...(sha256 !== undefined && { sha256 }) };
  return { kind: "file", path, file: known, name: path.split(/[\\/]/).at(-1) ?? path };
}

/** Whether a source has to be unpacked. */
export function isPacked(source: Source): boolean {
  return source.kind !== "folder" && isArchive(source.name);
}
