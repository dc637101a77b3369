import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ModelError } from "./errors.ts";

/** What is noted beside a model's files. */
export interface Installed {
  readonly name: string;
  /** Where each file came from, and its SHA-256; none for a folder that was copied. */
  readonly files: readonly { readonly from: string; readonly sha256?: string }[];
  /** When, as in `2026-11-21T10:00:00.000Z`. */
  readonly at: string;
}

/** A model that is there. */
export interface StoredModel {
  readonly name: string;
  readonly folder: string;
  readonly bytes: number;
  /** Absent for a folder that somebody put there. */
  readonly installed?: Installed;
}

const NOTE = "model.json";
/** Begins the names of folders that hold no model: downloads, and models on their way. */
const HIDDEN = ".";

/** The models of an installation: a folder with one folder each. */
export class ModelStore {
  /** `data/models` */
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  list(): StoredModel[] {
    return namesIn(this.folder)
      .filter((name) => !name.startsWith(HIDDEN))
      .map((name) => this.find(name))
      .filter((model) => model !== undefined);
  }

  /** The model in the folder of that name. */
  find(name: string): StoredModel | undefined {
    const folder = this.pathOf(name);
    if (!isFolder(folder)) return undefined;
    const installed = readNote(join(folder, NOTE));
    return { name, folder, bytes: bytesIn(folder), ...(installed && { installed }) };
  }

  /** @throws ModelError `model-unknown` when there is none of that name */
  remove(name: string): StoredModel {
    const model = this.find(name);
    if (!model) {
      const names = this.list().map((other) => other.name);
      const have = names.length === 0 ? "there is none" : `there are ${names.join(", ")}`;
      throw new ModelError("model-unknown", `model-unknown: no model "${name}" in ${this.folder}; ${have}`);
    }
    rmSync(model.folder, { recursive: true });
    rmSync(this.downloadsOf(name), { recursive: true, force: true });
    return model;
  }

  /** Where the files of a model lie until all are there; made when missing. */
  downloadsOf(name: string): string {
    this.pathOf(name);
    return join(this.folder, `${HIDDEN}downloads`, name);
  }

  /** An empty folder in which a model is put together, on the same disk as its place. */
  staging(name: string): string {
    const folder = `${join(this.folder, HIDDEN)}${name}.new`;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  note(folder: string, installed: Installed): void {
    writeFileSync(join(folder, NOTE), `${JSON.stringify(installed, null, 2)}\n`);
  }

  /** The folder of a model of that name, which need not be there. @throws ModelError `model-name` */
  pathOf(name: string): string {
    if (!/^[\w-][\w.-]{0,99}$/.test(name)) {
      throw new ModelError(
        "model-name",
        `model-name: expected letters, digits, "-", "_" and ".", got ${JSON.stringify(name)}`,
      );
    }
    return join(this.folder, name);
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function bytesIn(folder: string): number {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

function readNote(path: string): Installed | undefined {
  try {
    const note = JSON.parse(readFileSync(path, "utf8")) as Installed;
    return Array.isArray(note.files) ? note : undefined;
  } catch {
    // The model runs without its note.
    return undefined;
  }
}
