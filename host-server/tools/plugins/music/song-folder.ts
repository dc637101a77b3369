import { readdir } from "node:fs/promises";
import { basename, extname, join, relative, sep } from "node:path";
import type { Clock } from "../../../../protocol/clock.ts";
import type { NamedSong } from "./song-match.ts";

/** More files than anybody has, fewer than would fill the memory. */
const MAX_SONGS = 20_000;
/** The number of a track, as most collections write it: `01 - `, `1. `. */
const TRACK_NUMBER = /^\d{1,3}\s*[-._)]\s*/;

export interface Song extends NamedSong {
  readonly path: string;
}

export interface SongFolderOptions {
  readonly folder: string;
  /** Endings of the files that are songs: `.mp3`. */
  readonly endings: readonly string[];
  /** ms after which the folder is read again. */
  readonly refreshMs: number;
  readonly clock: Clock;
}

/** The songs of a folder and those below it, by path. */
export class SongFolder {
  readonly #options: SongFolderOptions;
  #songs: readonly Song[] = [];
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(options: SongFolderOptions) {
    this.#options = options;
  }

  /** @throws the error of the file system when the folder cannot be read */
  async songs(): Promise<readonly Song[]> {
    const { clock, refreshMs } = this.#options;
    if (clock.now() - this.#readAt < refreshMs) return this.#songs;
    const release = clock.hold();
    try {
      this.#songs = await this.#read();
    } finally {
      release();
    }
    this.#readAt = clock.now();
    return this.#songs;
  }

  async #read(): Promise<readonly Song[]> {
    const { folder, endings } = this.#options;
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const paths = entries
      .filter((entry) => !entry.name.startsWith(".") && endings.includes(extname(entry.name).toLowerCase()))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
    return paths.slice(0, MAX_SONGS).map((path) => songAt(path, folder));
  }
}

function songAt(path: string, folder: string): Song {
  const name = basename(path, extname(path)).replaceAll("_", " ").trim();
  const title = name.replace(TRACK_NUMBER, "") || name;
  const folders = relative(folder, path).split(sep).slice(0, -1);
  return { path, title, fullName: [...folders, title].join(" "), folders };
}
