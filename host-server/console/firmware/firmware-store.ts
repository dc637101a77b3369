import { createHash, randomUUID } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  createFirmware,
  type FirmwareRecord,
  getFirmware,
  progressOf,
  removeFirmware,
} from "../../storage/fleet/firmware.ts";
import type { Storage } from "../../storage/storage.ts";
import type { Firmware } from "../contract/firmware.ts";
import { ConsoleError, notFound } from "../errors.ts";
import { firmwareFolder } from "./folder.ts";
import { describeImage } from "./image.ts";

/** What whoever uploads an image says of it. */
export interface UploadedImage {
  readonly bytes: Uint8Array;
  readonly board?: string | undefined;
  readonly version?: string | undefined;
  readonly note: string;
}

const NAME = /^[\w.-]{1,64}$/;
const VERSION = /^\d[\w.-]{0,31}$/;

/** The images that were uploaded: a file of each in the data folder, and what is known of it in the database. */
export class FirmwareStore {
  readonly #storage: Storage;
  readonly #folder: string;

  constructor(storage: Storage, dataDirectory: string) {
    this.#storage = storage;
    this.#folder = firmwareFolder(dataDirectory);
  }

  /** Keeps an image. @throws ConsoleError `image-invalid`, `storage-conflict` */
  async add({ bytes, note, ...said }: UploadedImage): Promise<FirmwareRecord> {
    const told = describeImage(bytes);
    const board = told.board || (said.board ?? "");
    const version = told.version || (said.version ?? "");
    if (!NAME.test(board)) throw new ConsoleError(400, "image-invalid", "the image does not say its board", "board");
    if (!VERSION.test(version)) throw new ConsoleError(400, "image-invalid", "the image says no version", "version");
    if (said.board !== undefined && said.board !== board) throw differs("board", board, said.board);
    if (said.version !== undefined && said.version !== version) throw differs("version", version, said.version);
    const id = `${board}_${version}.bin`;
    if (await getFirmware(this.#storage, id)) throw new ConsoleError(409, "storage-conflict", `${id} is here already`);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    await this.#write(id, bytes);
    const { project } = told;
    await createFirmware(this.#storage, { id, board, version, project, bytes: bytes.byteLength, sha256, note });
    return this.get(id);
  }

  /** @throws ConsoleError `not-found` */
  async get(id: string): Promise<FirmwareRecord> {
    const found = await getFirmware(this.#storage, id);
    if (!found) throw notFound("firmware", id);
    return found;
  }

  /** Removes an image. @throws ConsoleError `not-found`, `rollout-running` */
  async remove(id: string): Promise<void> {
    const { state } = await this.get(id);
    if (state === "running") throw new ConsoleError(409, "rollout-running", `${id} is on its way: stop that first`);
    await removeFirmware(this.#storage, id);
    await rm(join(this.#folder, id), { force: true });
  }

  /** An image as the API shows it. */
  async shown({ groups, percent, state, started, ...image }: FirmwareRecord): Promise<Firmware> {
    if (state === null) return { ...image, rollout: null };
    const progress = await progressOf(this.#storage, { groups, percent, state, started, ...image });
    return { ...image, rollout: { state, percent, groups: [...groups], started, ...progress } };
  }

  /** Whole or not at all: what is half written has another name. */
  async #write(id: string, bytes: Uint8Array): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const draft = join(this.#folder, `.${randomUUID()}`);
    await writeFile(draft, bytes);
    await rename(draft, join(this.#folder, id));
  }
}

function differs(field: string, told: string, said: string): ConsoleError {
  return new ConsoleError(400, "image-invalid", `the image is of ${field} ${told}, not ${said}`, field);
}
