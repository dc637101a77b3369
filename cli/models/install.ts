import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../protocol/clock.ts";
import type { Model } from "./catalogue.ts";
import { checkRoom, neededBytes } from "./disk-space.ts";
import { download, sha256Of } from "./download.ts";
import { ModelError } from "./errors.ts";
import type { Progress } from "./progress.ts";
import { isPacked, type Source, sourcesOf } from "./source.ts";
import type { Installed, ModelStore, StoredModel } from "./store.ts";
import { unpack } from "./unpack.ts";

/** What an installation uses of the computer. */
export interface InstallContext {
  readonly store: ModelStore;
  readonly clock: Clock;
  readonly env: { readonly [variable: string]: string | undefined };
  /** Shows how far a step is. */
  progress(label: string): Progress;
  /** Says what somebody should know. */
  say(line: string): void;
  /** Free bytes where a folder lies; for tests. */
  free?(folder: string): number;
}

/** What is to be installed. */
export interface Wanted {
  readonly name: string;
  /** As it is known; undefined for a model of one's own, which needs `from`. */
  readonly model: Model | undefined;
  readonly from?: string | undefined;
  /** Whether one that is there is replaced. */
  readonly force?: boolean | undefined;
}

/**
 * Brings a model into its place. What is there stays usable until the new one is complete; what was downloaded stays when
 * something breaks off, and is used by the next attempt.
 *
 * @throws ModelError, and TransferError when it may help to try again
 */
export async function install(wanted: Wanted, context: InstallContext): Promise<StoredModel> {
  const { name, model, from, force = false } = wanted;
  const { store, free } = context;
  const target = store.pathOf(name);
  if (existsSync(target) && !force) {
    throw new ModelError("model-present", `model-present: ${target} is there already; --force brings it anew`);
  }
  const sources = sourcesOf(model, from);
  if (sources.length === 0) throw new ModelError("model-source", `model-source: where does ${name} come from? --from`);
  checkRoom(store.folder, roomFor(sources), free);
  const staging = store.staging(name);
  try {
    const files: Installed["files"][number][] = [];
    for (const source of sources) files.push(await bring(source, staging, { ...context, name }));
    const root = rootOf(staging);
    checkComplete(root, model);
    store.note(root, { name, files, at: new Date(context.clock.now()).toISOString() });
    replace(target, root);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  rmSync(store.downloadsOf(name), { recursive: true, force: true });
  return store.find(name) as StoredModel;
}

function roomFor(sources: readonly Source[]): number {
  return neededBytes(
    sources.map((source) => {
      if (source.kind === "folder") return { isArchive: false };
      const bytes = source.file.bytes ?? (source.kind === "file" ? statSync(source.path).size : 0);
      return { bytes, isArchive: isPacked(source) };
    }),
  );
}

async function bring(source: Source, staging: string, context: InstallContext & { name: string }) {
  const { say, progress } = context;
  if (source.kind === "folder") {
    cpSync(source.path, staging, { recursive: true, dereference: true });
    say(`  ${source.path} was copied as it is: an unpacked model has no checksum.`);
    return { from: source.path };
  }
  const path = source.kind === "file" ? source.path : await fetched(source, context);
  const sha256 = await sha256Of(path);
  if (source.file.sha256 === undefined) {
    say(
      `  ${source.name}: its publisher gives no checksum; what came has SHA-256 ${sha256}, which is kept in model.json.`,
    );
  } else if (source.file.sha256 !== sha256) {
    throw new ModelError("model-checksum", `model-checksum: ${path} has SHA-256 ${sha256}, not ${source.file.sha256}`);
  }
  if (isPacked(source)) {
    const { skipped } = await unpack(path, staging, progress(`unpacking ${source.name}`));
    if (skipped > 0) say(`  ${source.name} holds ${skipped} links, which were left out.`);
  } else cpSync(path, join(rootOf(staging), source.name));
  return { from: source.kind === "file" ? source.path : source.file.url, sha256 };
}

async function fetched(
  source: Source & { kind: "address" },
  context: InstallContext & { name: string },
): Promise<string> {
  const { store, clock, env, progress, name } = context;
  const folder = store.downloadsOf(name);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, source.name);
  await download({ ...source.file, path }, { clock, env, progress: progress(source.name) });
  return path;
}

/** Archives mostly hold one folder, which is the model. */
function rootOf(staging: string): string {
  const [only, ...others] = readdirSync(staging, { withFileTypes: true });
  return only?.isDirectory() && others.length === 0 ? join(staging, only.name) : staging;
}

function checkComplete(root: string, model: Model | undefined): void {
  const missing = (model?.expects ?? []).filter((file) => !existsSync(join(root, file)));
  if (missing.length === 0) return;
  throw new ModelError("model-incomplete", `model-incomplete: ${model?.name} came without ${missing.join(", ")}`);
}

/** Puts a folder in the place of another, which is gone only when the new one stands there. */
function replace(target: string, folder: string): void {
  const old = `${folder}.old`;
  const isThere = existsSync(target);
  if (isThere) renameSync(target, old);
  renameSync(folder, target);
  if (isThere) rmSync(old, { recursive: true });
}
