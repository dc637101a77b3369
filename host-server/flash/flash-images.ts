import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, posix } from "node:path";
import { AppError } from "../errors.ts";
import type { Files } from "./archive.ts";
import { checkLayout, type FlashPart } from "./flash-layout.ts";
import {
  type FlashManifest,
  type GivenManifest,
  invalid,
  PART_NAME,
  readFlashManifest,
  readGivenManifest,
} from "./flash-manifest.ts";
import { SigningKey } from "./signing-key.ts";

const MANIFEST = "manifest.json";
const SIGNATURE = "manifest.sig";
const NAME = /^[\w-][\w.-]{0,63}$/;
const VERSION = /^\d[\w.-]{0,31}$/;

/** An image that a browser can write into a new device. */
export interface FlashImage {
  /** Its folder: `{board}_{version}`. */
  readonly id: string;
  readonly manifest: FlashManifest;
}

/**
 * What a browser writes into new devices, in `flash/` of the data folder: the parts of each image beside a manifest that
 * says their SHA-256, and the signature of that.
 */
export class FlashImages {
  readonly #folder: string;
  readonly #dataDirectory: string;
  #key: SigningKey | undefined;

  constructor(dataDirectory: string) {
    this.#dataDirectory = dataDirectory;
    this.#folder = join(dataDirectory, "flash");
  }

  /** @throws AppError `flash-key-unreadable` */
  get key(): SigningKey {
    this.#key ??= SigningKey.of(this.#dataDirectory);
    return this.#key;
  }

  /**
   * Takes what `xiaozhi build-firmware` wrote, after a look at it, and signs it.
   * @throws AppError `flash-image-invalid`, `flash-image-exists`
   */
  async add(files: Files): Promise<FlashImage> {
    const { manifest: given, parts } = gather(files);
    const [{ chipFamily }] = given.builds as [GivenManifest["builds"][number]];
    const { board, version } = checkLayout(chipFamily, parts);
    if (!NAME.test(board) || !VERSION.test(version)) throw invalid(`board "${board}", version "${version}"`);
    const id = `${board}_${version}`;
    if (await this.find(id)) throw new AppError("flash-image-exists", `flash-image-exists: ${id} is here already`);
    const manifest: FlashManifest = {
      name: given.name,
      version,
      board,
      new_install_prompt_erase: given.new_install_prompt_erase,
      builds: [{ chipFamily, parts: parts.map(described) }],
    };
    await this.#write(id, manifest, parts);
    return { id, manifest };
  }

  /** All that can be read, by their ids; one that somebody has broken by hand is left out. */
  async list(): Promise<FlashImage[]> {
    const names = await readdir(this.#folder).catch(() => []);
    const found = await Promise.all(names.sort().map((id) => this.find(id).catch(() => undefined)));
    return found.filter((image) => image !== undefined);
  }

  /** Undefined where there is none. @throws AppError `flash-image-invalid` for a manifest that cannot be read */
  async find(id: string): Promise<FlashImage | undefined> {
    const bytes = await this.file(id, MANIFEST);
    return bytes && { id, manifest: readFlashManifest(bytes) };
  }

  /** A file of an image as it lies there; undefined where there is none. */
  async file(id: string, name: string): Promise<Uint8Array | undefined> {
    if (!NAME.test(id) || !PART_NAME.test(name)) return undefined;
    return readFile(join(this.#folder, id, name)).catch(() => undefined);
  }

  /** Looks whether everything is still as it came. @throws AppError `flash-image-changed`, `flash-image-invalid`, `flash-image-unknown` */
  async verify(id: string): Promise<FlashManifest> {
    const [bytes, signature] = await Promise.all([this.file(id, MANIFEST), this.file(id, SIGNATURE)]);
    if (!bytes) throw unknown(id);
    const text = Buffer.from(signature ?? []).toString("latin1");
    const changed = (what: string) => new AppError("flash-image-changed", `flash-image-changed: ${id}: ${what}`);
    if (!this.key.isSigned(bytes, Buffer.from(text, "base64"))) throw changed(`${MANIFEST} is not what was signed`);
    const manifest = readFlashManifest(bytes);
    const [{ chipFamily, parts }] = manifest.builds as [FlashManifest["builds"][number]];
    const read: FlashPart[] = [];
    for (const { path, offset, sha256 } of parts) {
      const part = await this.file(id, path);
      if (!part || hashOf(part) !== sha256) throw changed(`${path} is not what its SHA-256 says`);
      read.push({ path, offset, bytes: part });
    }
    checkLayout(chipFamily, read);
    return manifest;
  }

  /** @throws AppError `flash-image-unknown` */
  async remove(id: string): Promise<void> {
    if (!(await this.file(id, MANIFEST))) throw unknown(id);
    await rm(join(this.#folder, id), { recursive: true });
  }

  /** Whole or not at all: what is half written has another name. */
  async #write(id: string, manifest: FlashManifest, parts: readonly FlashPart[]): Promise<void> {
    const draft = join(this.#folder, `.${randomUUID()}`);
    await mkdir(draft, { recursive: true });
    try {
      for (const { path, bytes } of parts) await writeFile(join(draft, path), bytes);
      const bytes = Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`);
      await writeFile(join(draft, MANIFEST), bytes);
      await writeFile(join(draft, SIGNATURE), `${Buffer.from(this.key.sign(bytes)).toString("base64")}\n`);
      // What is there has no manifest that can be read.
      await rm(join(this.#folder, id), { recursive: true, force: true });
      await rename(draft, join(this.#folder, id));
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      throw error;
    }
  }
}

/** The manifest that lies highest, and the parts that it names, under the names they are kept by. */
function gather(given: Files): { readonly manifest: GivenManifest; readonly parts: readonly FlashPart[] } {
  const files = new Map([...given].map(([name, bytes]) => [posix.normalize(name), bytes]));
  const [path] = [...files.keys()]
    .filter((name) => basename(name) === MANIFEST)
    .sort((a, b) => a.split("/").length - b.split("/").length);
  if (path === undefined) throw invalid(`there is no ${MANIFEST}`);
  const manifest = readGivenManifest(files.get(path) as Uint8Array);
  const names = new Set<string>([MANIFEST, SIGNATURE]);
  const parts = (manifest.builds[0]?.parts ?? []).map((part) => {
    const bytes = files.get(posix.join(dirname(path), part.path));
    const name = basename(part.path);
    if (!bytes) throw invalid(`${part.path} is missing`);
    if (!PART_NAME.test(name) || names.has(name)) throw invalid(`${part.path}: the name of a part is not to be used`);
    names.add(name);
    return { path: name, offset: part.offset, bytes };
  });
  return { manifest, parts };
}

function described({ path, offset, bytes }: FlashPart): FlashManifest["builds"][number]["parts"][number] {
  return { path, offset, bytes: bytes.byteLength, sha256: hashOf(bytes) };
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function unknown(id: string): AppError {
  return new AppError("flash-image-unknown", `flash-image-unknown: there is no ${id}`);
}
