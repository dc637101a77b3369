import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { type Document, isMap, isScalar, parseDocument } from "yaml";
import type { Change } from "./changes.ts";
import { SetupError } from "./errors.ts";

/** Keys are in it: nobody but its owner reads it. */
const MODE = 0o600;

/**
 * The text of a configuration with changes made; comments and everything else stay.
 *
 * @throws SetupError `setup-config` when the text is no configuration
 */
export function changedText(text: string, changes: readonly Change[]): string {
  const document: Document = parseDocument(text, { uniqueKeys: false });
  const [error] = document.errors;
  if (error) throw new SetupError("setup-config", `setup-config: ${error.message.split("\n")[0]}`);
  const { contents } = document;
  if (contents !== null && !isMap(contents) && !(isScalar(contents) && contents.value === null)) {
    throw new SetupError("setup-config", "setup-config: the configuration holds no keys and values");
  }
  if (!isMap(contents)) document.contents = document.createNode({});
  for (const { path, value } of changes) {
    if (value !== undefined) openWay(document, path);
    if (value !== undefined) document.setIn(path, value);
    else if (hasParent(document, path)) document.deleteIn(path);
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function hasParent(document: Document, path: readonly string[]): boolean {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1));
  return isMap(parent);
}

/** A key without a value, as the reference's files have them, would not take anything in. */
function openWay(document: Document, path: readonly string[]): void {
  for (let depth = 1; depth < path.length; depth++) {
    const way = path.slice(0, depth);
    if (!isMap(document.getIn(way))) document.setIn(way, document.createNode({}));
  }
}

/** A configuration's file, its draft while it is tried, and the file as it was before. */
export class ConfigFile {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  get draft(): string {
    return `${this.path}.draft`;
  }

  get backup(): string {
    return `${this.path}.before-setup`;
  }

  /** Writes what the file would be. */
  writeDraft(changes: readonly Change[]): void {
    mkdirSync(dirname(this.path), { recursive: true });
    const text = existsSync(this.path) ? readFileSync(this.path, "utf8") : "";
    writeFileSync(this.draft, changedText(text, changes), { mode: MODE });
  }

  /** Makes the draft the file, and keeps the file as it was. */
  accept(): void {
    if (existsSync(this.path)) {
      copyFileSync(this.path, this.backup);
      chmodSync(this.draft, statSync(this.path).mode & MODE);
    } else writeFileSync(this.backup, "", { mode: MODE });
    chmodSync(this.backup, MODE);
    renameSync(this.draft, this.path);
  }

  drop(): void {
    rmSync(this.draft, { force: true });
  }

  /** Brings back what was there before the last set-up. @throws SetupError `setup-undo` */
  undo(): void {
    if (!existsSync(this.backup)) throw new SetupError("setup-undo", `setup-undo: there is no ${this.backup}`);
    const wasThere = statSync(this.backup).size > 0;
    if (wasThere) renameSync(this.backup, this.path);
    else {
      rmSync(this.path, { force: true });
      rmSync(this.backup);
    }
  }
}
