import { readdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { AppError } from "../../host-server/errors.ts";
import { type Files, MAX_UNPACKED_BYTES, readArchive } from "../../host-server/flash/archive.ts";
import { FlashImages } from "../../host-server/flash/flash-images.ts";

const HELP = `Usage: xiaozhi firmware import PATH…
       xiaozhi firmware list
       xiaozhi firmware verify [ID…]
       xiaozhi firmware remove ID…

What the server's page /flash/ writes into new devices from a browser. PATH is what xiaozhi build-firmware wrote: a folder
with manifest.json, or a zip or tar archive of it. It is looked at (boot loader, partition table and application, for one
chip, each in its place), kept in data/flash, and signed with this server's key (Ed25519, data/.flash-key.pem). verify says
whether everything is still what was signed.

  --config FILE  configuration of the server, beside which its data lies (default data/.config.yaml)
  --help         show this

Example
  npm run build:firmware -- my-box
  npm run xiaozhi -- firmware import .build/firmware/my-box`;

const OPTIONS = {
  config: { type: "string", default: "data/.config.yaml" },
  help: { type: "boolean" },
} as const;

/** A kind of work, with the words behind it; gives the exit status. */
type Action = (images: FlashImages, words: readonly string[]) => Promise<number>;

const ACTIONS: { readonly [name: string]: Action } = { import: bring, list, verify, remove };
const NEEDS_WORDS: readonly string[] = ["import", "remove"];

/** `xiaozhi firmware`: gives the exit status. @throws AppError */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS });
  const [name = "", ...words] = positionals;
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (values.help || !action || (words.length === 0 && NEEDS_WORDS.includes(name))) {
    console.log(HELP);
    return values.help ? 0 : 2;
  }
  return action(new FlashImages(dirname(values.config)), words);
}

async function bring(images: FlashImages, paths: readonly string[]): Promise<number> {
  for (const path of paths) {
    const { id, manifest } = await images.add(await filesAt(path));
    const parts = manifest.builds.flatMap((build) => build.parts.map((part) => part.path));
    console.log(`${id}: ${parts.join(", ")}`);
  }
  return 0;
}

/** @throws AppError `flash-image-invalid` */
async function filesAt(path: string): Promise<Files> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new AppError("flash-image-invalid", `flash-image-invalid: ${path} is not there`);
  if (!found.isDirectory()) return readArchive(await readFile(path));
  const files = new Map<string, Uint8Array>();
  for (const entry of await readdir(path, { withFileTypes: true, recursive: true })) {
    const file = join(entry.parentPath, entry.name);
    if (!entry.isFile() || (await stat(file)).size > MAX_UNPACKED_BYTES) continue;
    files.set(file.slice(path.length).replaceAll("\\", "/").replace(/^\/+/, ""), await readFile(file));
  }
  return files;
}

async function list(images: FlashImages): Promise<number> {
  const all = await images.list();
  for (const { id, manifest } of all) {
    const [build] = manifest.builds;
    const bytes = build?.parts.reduce((sum, part) => sum + part.bytes, 0) ?? 0;
    console.log(`${id}: ${build?.chipFamily}, ${Math.ceil(bytes / 1024)} KB`);
  }
  if (all.length === 0) console.log("There is no firmware to flash.");
  return 0;
}

async function verify(images: FlashImages, ids: readonly string[]): Promise<number> {
  const wanted = ids.length > 0 ? ids : (await images.list()).map(({ id }) => id);
  let status = 0;
  console.log(`Key (SHA-256): ${images.key.fingerprint}`);
  for (const id of wanted) {
    try {
      await images.verify(id);
      console.log(`${id}: as it was signed`);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      console.error(error.message);
      status = 1;
    }
  }
  return status;
}

async function remove(images: FlashImages, ids: readonly string[]): Promise<number> {
  for (const id of ids) await images.remove(id);
  return 0;
}
