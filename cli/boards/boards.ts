import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { encodePng } from "../../simulator/device/png.ts";
import { readManifest } from "../../simulator/manifest.ts";
import { type BoardFolder, boardFolder, boardNames } from "../board/folder.ts";
import { ROOT } from "../process.ts";
import { LinkError, Linker, linkKey } from "./link.ts";
import { pictureSheet } from "./picture-sheet.ts";
import { type BoardRow, describeTable, readTable, replaceTable } from "./table.ts";
import { type Tour, tour } from "./tour.ts";

const HELP = `Usage: xiaozhi boards [options]

Starts every device's board in the simulator, has it talk with a server, and writes docs/boards.md's table of all boards and the
picture of their screens, docs/screens/boards.png.

  --link     link each with the Moddable SDK too (MODDABLE, mcconfig on the PATH; without ESP-IDF), for the size of its
             program; otherwise the table keeps what it says of that. One link serves all boards that differ in
             constants only
  --check    write nothing
  --help     show this

Exit status: 0 when every board talked and, with --link, linked; otherwise 1.
`;

/** Which holds the table. */
export const DOCUMENT: string = join(ROOT, "docs/boards.md");
const PICTURE = join(ROOT, "docs/screens/boards.png");

/** What a board says of itself: the sentence before its declaration. */
export function describeBoard({ board }: BoardFolder): string {
  const text = readFileSync(board, "utf8");
  const comment = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export default/.exec(text)?.[1] ?? "";
  return comment
    .replace(/^\s*\*/gm, " ")
    .replace(/\s+/g, " ")
    .trim()
    .replace(/\.$/, "");
}

function filesBytes({ directory }: BoardFolder): number {
  const { data } = readManifest(join(ROOT, "manifest.json"), { board: directory });
  return [...data.values()].reduce((sum, file) => sum + statSync(file).size, 0);
}

/** As many links at once as the smallest machine of this project has cores. */
const CONCURRENCY = 2;

const kb = (bytes: number) => Math.round(bytes / 1024);

/** Sizes of programs, linked once for all boards that need the same. */
class Programs {
  readonly #linker = new Linker();
  readonly #sizes = new Map<string, Promise<number>>();

  kilobytes(folder: BoardFolder): Promise<number> {
    const key = linkKey(folder);
    const known = this.#sizes.get(key);
    if (known) return known;
    const size = this.#linker.link(folder).then(({ slotBytes, codeBytes }) => kb(slotBytes + codeBytes));
    this.#sizes.set(key, size);
    return size;
  }

  close(): void {
    this.#linker.close();
  }
}

function isForDevice({ directory }: BoardFolder): boolean {
  return readManifest(join(ROOT, "manifest.json"), { board: directory }).build.has("ESP32_SUBCLASS");
}

function rowOf(name: string, folder: BoardFolder, { screen, slots, chunkBytes }: Tour): Omit<BoardRow, "programKb"> {
  return {
    name,
    what: describeBoard(folder),
    screen: screen ? `${screen.width} x ${screen.height}` : "",
    filesKb: kb(filesBytes(folder)),
    slots,
    chunksKb: kb(chunkBytes),
  };
}

/** The boards of devices; those of the simulator need no table. */
export function listedBoards(): readonly string[] {
  return boardNames().filter((name) => isForDevice(boardFolder(name)));
}

interface Visited {
  readonly row: BoardRow;
  readonly tour: Tour;
}

/** Undefined when something was wrong, which was said. */
async function visit(name: string, programs: Programs | undefined, keptKb: number | undefined) {
  const folder = boardFolder(name);
  try {
    const linked = programs ? programs.kilobytes(folder) : keptKb;
    const [seen, programKb] = await Promise.all([tour(folder), linked]);
    const row = { ...rowOf(name, folder, seen), programKb };
    const size = programKb === undefined ? "" : `program ${programKb} KB, `;
    console.log(`${name}: ${size}files ${row.filesKb} KB, ${row.slots} slots, ${row.chunksKb} KB of chunks`);
    return { row, tour: seen } satisfies Visited;
  } catch (error) {
    console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    if (error instanceof LinkError) console.error("--- end of what the tools said");
    return undefined;
  }
}

/** What the table says of programs now. */
function keptPrograms(): Map<string, number> {
  const rows = readTable(readFileSync(DOCUMENT, "utf8"));
  const sizes = rows.map(([name = "", , , kilobytes = ""]) => [name.replaceAll("`", ""), Number(kilobytes)] as const);
  return new Map(sizes.filter(([, kilobytes]) => kilobytes > 0));
}

function write(visited: readonly Visited[]): void {
  const table = describeTable(visited.map(({ row }) => row));
  writeFileSync(DOCUMENT, replaceTable(readFileSync(DOCUMENT, "utf8"), table));
  // Those with another panel look alike.
  const screens = visited.flatMap(({ row, tour: { screen } }) => (screen && !row.name.includes("/") ? [screen] : []));
  const sheet = pictureSheet(screens);
  mkdirSync(dirname(PICTURE), { recursive: true });
  writeFileSync(PICTURE, encodePng(sheet.rgb, sheet));
  console.log("wrote docs/boards.md and docs/screens/boards.png");
}

/** `xiaozhi boards`: see its `--help`. Gives the exit status. */
export async function run(args: string[]): Promise<number> {
  const flag = { type: "boolean", default: false } as const;
  const { values } = parseArgs({ args, options: { link: flag, check: flag, help: flag } });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const programs = values.link ? new Programs() : undefined;
  const kept = keptPrograms();
  const names = listedBoards();
  const visited: (Visited | undefined)[] = [];
  const waiting = [...names.entries()];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [at, name] = next;
      visited[at] = await visit(name, programs, kept.get(name));
    }
  };
  try {
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
  } finally {
    programs?.close();
  }
  const all = visited.filter((one) => one !== undefined);
  if (all.length < names.length) return 1;
  if (!values.check) write(all);
  return 0;
}
