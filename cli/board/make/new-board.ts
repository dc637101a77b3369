import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../../process.ts";
import { reportBoard } from "../check-board.ts";
import { BOARD_QUESTIONS, boardFiles } from "./plan.ts";
import { AnswerError, type Answers, answersTo, askTerminal, takeUsual } from "./questions.ts";

const OPTIONS = BOARD_QUESTIONS.map(({ key, text, usual }) => `  --${`${key} …`.padEnd(16)}${text}  [${usual}]`);

const HELP = `Usage: xiaozhi new-board NAME [options]

Makes a folder for a board, of two files: board.ts and manifest.json. Asks what is not given as an option.

  --into FOLDER     where to make it  [boards]
  --yes             ask nothing: what is not given is as usual
${OPTIONS.join("\n")}
  --help            show this

Pins are numbers of the chip (GPIO), apart by blanks: --microphone "5 4 6".

Examples
  xiaozhi new-board my-box
  xiaozhi new-board my-box --into ../my-boards --sound es8311 --lines "14 12 13 11 6" --bus "5 4" --yes
`;

const NAME = /^[a-z0-9][a-z0-9-]*$/;

function parse(args: string[]) {
  const options = Object.fromEntries(BOARD_QUESTIONS.map(({ key }) => [key, { type: "string" }] as const));
  const flags = { into: { type: "string" }, yes: { type: "boolean" }, help: { type: "boolean" } } as const;
  return parseArgs({ args, allowPositionals: true, options: { ...options, ...flags } });
}

/** Where a board of this name is made; a folder outside of the project also gets what an editor needs. */
function makeFolder(name: string, into: string): string {
  const parent = resolve(into);
  const directory = join(parent, name);
  if (existsSync(directory)) throw new AnswerError(`${relative(process.cwd(), directory)} exists already`);
  mkdirSync(directory, { recursive: true });
  const config = join(parent, "tsconfig.json");
  if (!isInside(parent, ROOT) && !existsSync(config)) writeFileSync(config, editorConfig(relative(parent, ROOT)));
  return directory;
}

function isInside(folder: string, outer: string): boolean {
  const way = relative(outer, folder);
  return !way.startsWith("..") && !way.startsWith("/");
}

/** With it an editor finds what boards import by their bare names. */
function editorConfig(project: string): string {
  const include = [".", `${project}/typings`, `${project}/simulator/twins/xs/*.d.ts`];
  return `${JSON.stringify({ extends: `${project}/tsconfig.firmware.json`, include }, undefined, 2)}\n`;
}

function told(directory: string): string {
  const shown = relative(process.cwd(), directory);
  const board = isInside(directory, join(ROOT, "boards")) ? relative(join(ROOT, "boards"), directory) : shown;
  return `
Made ${shown}: board.ts and manifest.json. Next:
  npm run xiaozhi -- server      (in another terminal)
  npm run xiaozhi -- sim --board ${board} --say "Set the volume to eighty"
  npm run new:tool -- door.open --board ${board}
  npm run flash -- ${board}`;
}

async function make(name: string, into: string, given: Answers, isAsked: boolean): Promise<number> {
  if (!NAME.test(name)) throw new AnswerError(`"${name}": a name has lower case letters, digits and dashes`);
  const terminal = isAsked ? askTerminal() : undefined;
  const answers = await answersTo(BOARD_QUESTIONS, given, terminal?.ask ?? takeUsual);
  terminal?.close();
  const directory = makeFolder(name, into);
  const { manifest, board } = boardFiles(name, answers, relative(directory, ROOT));
  writeFileSync(join(directory, "manifest.json"), manifest);
  writeFileSync(join(directory, "board.ts"), board);
  const isGood = await reportBoard(directory);
  console.log(told(directory));
  return isGood ? 0 : 1;
}

/** `xiaozhi new-board`: see its `--help`. Gives the exit status. */
export async function run(args: string[]): Promise<number> {
  try {
    const { values, positionals } = parse(args);
    const [name] = positionals;
    if (values.help || name === undefined) {
      console.log(HELP);
      return values.help ? 0 : 2;
    }
    const { into = join(ROOT, "boards"), yes = false, help: _, ...given } = values;
    return await make(name, String(into), given as Answers, process.stdin.isTTY === true && !yes);
  } catch (error) {
    const isUsage = error instanceof AnswerError || (error as { code?: string }).code?.startsWith("ERR_PARSE_ARGS");
    if (!isUsage) throw error;
    console.error(`xiaozhi new-board: ${(error as Error).message}\nSee "xiaozhi new-board --help".`);
    return 2;
  }
}
