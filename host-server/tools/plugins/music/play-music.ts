import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ToolError } from "../../../errors.ts";
import { definePlugin, type Plugin, type PluginAnswer, type PluginHost } from "../../plugin.ts";
import { readPluginSettings } from "../plugin-settings.ts";
import { LANG_PARAM, languageFor } from "../user-language.ts";
import { type Song, SongFolder } from "./song-folder.ts";
import { closestSong, songsInFolder } from "./song-match.ts";
import { checkSong, PLAYABLE, songSound } from "./song-sound.ts";

/** Devices whose last song is remembered. */
const REMEMBERED_DEVICES = 1_000;
/** Titles that are named when there is none like the one asked for. */
const SUGGESTED = 5;
const RANDOM = /^(random|any|some|something|music|a song|随机|随便|任意|音乐|歌|一首歌)?$/i;
const NEXT = /^(the )?next( song| one)?$|^(下一首|换一首|下一曲)$/i;

export const musicSettings = z.strictObject({
  folder: z.string().optional().describe("Folder with music, and folders in it; music in the data folder by default."),
  music_dir: z.string().optional().describe("The same, as the reference names it."),
  music_ext: z
    .array(z.enum(PLAYABLE as [string, ...string[]]))
    .default([...PLAYABLE])
    .describe("Endings of the files that are played."),
  refresh_time: z.number().positive().default(300).describe("Seconds after which the folder is read again."),
});

/** Plays music from a folder. Undefined when the folder is not there. */
export function playMusic(host: PluginHost): Plugin | undefined {
  const settings = readPluginSettings("play_music", musicSettings, host.settings);
  const folder = settings.folder ?? settings.music_dir ?? join(host.dataDirectory, "music");
  if (!existsSync(folder)) {
    if (Object.keys(host.settings).length > 0)
      host.log.warn({ folder }, "no music: plugins.play_music.folder is not there");
    return undefined;
  }
  const { music_ext: endings, refresh_time } = settings;
  const player = new Player(
    host,
    new SongFolder({ folder, endings, refreshMs: refresh_time * 1000, clock: host.clock }),
  );
  return definePlugin({
    name: "play_music",
    description:
      "Plays a song from the user's own music. Call it whenever the user wants to hear music. " +
      "Music stops by itself as soon as the user speaks.",
    params: {
      song_name: {
        type: "string",
        description: 'Title, artist or both, as the user said; "random" for any song, "next" for the next one.',
      },
      lang: LANG_PARAM,
    },
    run: ({ song_name, lang }, { deviceId }, signal) =>
      player.play({ words: song_name.trim(), lang, deviceId }, signal),
  });
}

interface Wish {
  /** What the user wants to hear. */
  readonly words: string;
  readonly lang: string;
  readonly deviceId: string;
}

class Player {
  readonly #host: PluginHost;
  readonly #folder: SongFolder;
  /** Path of the last song of each device; those who heard one last are last. */
  readonly #last = new Map<string, string>();

  constructor(host: PluginHost, folder: SongFolder) {
    this.#host = host;
    this.#folder = folder;
  }

  async play({ words, lang, deviceId }: Wish, signal: AbortSignal): Promise<PluginAnswer> {
    const { clock } = this.#host;
    const songs = await this.#folder.songs();
    if (songs.length === 0)
      throw new ToolError("song-missing", "There is no music in the folder of plugins.play_music.");
    const song = this.#choose(words, songs, this.#last.get(deviceId));
    const { title, path } = song;
    try {
      await checkSong(path, clock, signal);
    } catch (error) {
      signal.throwIfAborted();
      throw new ToolError("song-unplayable", `"${title}" cannot be played: ${(error as Error).message}`, {
        cause: error,
      });
    }
    this.#remember(deviceId, path);
    const isChinese = languageFor(lang, RANDOM.test(words) || NEXT.test(words) ? title : words) === "zh";
    return {
      text: `Playing ${title}.`,
      reply: isChinese ? `正在播放${title}。` : `Playing ${title}.`,
      sound: { title, open: (own) => songSound(path, clock, own) },
    };
  }

  #choose(words: string, songs: readonly Song[], last: string | undefined): Song {
    const at = songs.findIndex(({ path }) => path === last);
    if (NEXT.test(words)) return songs[(at + 1) % songs.length] as Song;
    // Not the same one again.
    const other = (some: readonly Song[]) => anyOf(some.length > 1 ? some.filter(({ path }) => path !== last) : some);
    const found = RANDOM.test(words)
      ? other(songs)
      : (other(songsInFolder(words, songs, true)) ??
        closestSong(words, songs) ??
        other(songsInFolder(words, songs, false)));
    if (found) return found;
    const some = songs.slice(0, SUGGESTED).map(({ title }) => title);
    throw new ToolError(
      "song-missing",
      `There is no song like "${words.slice(0, 60)}". Some that are there: ${some.join(", ")}.`,
    );
  }

  #remember(deviceId: string, path: string): void {
    this.#last.delete(deviceId);
    this.#last.set(deviceId, path);
    const [oldest] = this.#last.keys();
    if (this.#last.size > REMEMBERED_DEVICES && oldest !== undefined) this.#last.delete(oldest);
  }
}

function anyOf(songs: readonly Song[]): Song | undefined {
  return songs[Math.floor(Math.random() * songs.length)];
}
