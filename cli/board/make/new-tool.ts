import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../../process.ts";
import { reportBoard } from "../check-board.ts";
import { type BoardFolder, boardFolder } from "../folder.ts";
import { readSource } from "../source.ts";
import type { BoardSyntax, ListPlace } from "../syntax.ts";
import { withPart, withTool } from "./insert-tool.ts";
import { PART_KINDS, type PartPlan, partPlan } from "./part-text.ts";
import { AnswerError, answersTo, askTerminal, type Question, takeUsual } from "./questions.ts";
import { parseArguments, pluginText, type ToolPlan } from "./tool-text.ts";

const HELP = `Usage: xiaozhi new-tool NAME --board BOARD [options]
       xiaozhi new-tool NAME --board BOARD --part KIND --pin PIN [--what TEXT] [--seconds N]
       xiaozhi new-tool NAME --server [options]

Writes a tool that a model may call: into a board's board.ts, where it runs on the device; or into data/plugins, where
it runs in the server. Asks what is not given. What it does is then yours to write.

  --board BOARD        the name of a board or its folder
  --server             a plugin of the server
  --description TEXT   for the model: what it does, and when to use it, in full sentences
  --arguments LIST     as in "level=integer:0..100, color=red|green|blue, text=string, isLoud=boolean"  [none]
  --part KIND          something at a pin that brings its tools: lamp, relay, dimmer, fan or servo
  --pin PIN            GPIO number of the part
  --what TEXT          for the model: what the part is, with its article  ["the" and NAME]
  --seconds N          a lamp or a relay is never on for longer, and is told for how long
  --yes                ask nothing
  --help               show this

Examples
  xiaozhi new-tool gate.open --board my-box --description "Open the gate." --arguments "speed=integer:1..9"
  xiaozhi new-tool pump --board my-box --part relay --pin 4 --what "the pump in the garden" --seconds 30
  xiaozhi new-tool roll_dice --server --description "Roll a dice."
`;

const QUESTIONS: readonly Question[] = [
  {
    key: "description",
    text: "What it does, for the model, in a full sentence",
    usual: "Say hello, when the user wants to try this.",
    fault: (answer) => (/[.!?。！？]$/.test(answer) ? undefined : `expected a full sentence, got "${answer}"`),
  },
  {
    key: "arguments",
    text: "Its arguments, as in level=integer:0..100, color=red|green, text=string; or none",
    usual: "none",
    fault: (answer) => (parseArguments(answer) ? undefined : `expected a list of arguments, got "${answer}"`),
  },
];

const NAME = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$/;

/** `open` on the board my-box is `self.my_box.open`, `gate.open` is `self.gate.open`. */
function nameOnBoard(name: string, board: string): string {
  if (name.startsWith("self.")) return name;
  return name.includes(".") ? `self.${name}` : `self.${board.replace(/[^a-z0-9]/g, "_")}.${name}`;
}

function placeOn({ board }: BoardFolder, syntax: BoardSyntax, list: ListPlace["list"]): ListPlace {
  const place = syntax.listPlace(list);
  if (place) return place;
  throw new AnswerError(`${board}: its ${list} are not written as one list in one object; add it by hand`);
}

async function partOntoBoard(plan: PartPlan, nameOrFolder: string): Promise<number> {
  const folder = boardFolder(nameOrFolder);
  const place = placeOn(folder, readSource(folder).syntax, "parts");
  writeFileSync(folder.board, withPart(readFileSync(folder.board, "utf8"), place, plan));
  const isGood = await reportBoard(nameOrFolder);
  console.log(`Wrote ${plan.text} into ${relative(process.cwd(), folder.board)}.`);
  return isGood ? 0 : 1;
}

async function ontoBoard(plan: ToolPlan, nameOrFolder: string): Promise<number> {
  const folder = boardFolder(nameOrFolder);
  const place = placeOn(folder, readSource(folder).syntax, "tools");
  const named = { ...plan, name: nameOnBoard(plan.name, folder.name) };
  writeFileSync(folder.board, withTool(readFileSync(folder.board, "utf8"), place, named));
  const isGood = await reportBoard(nameOrFolder);
  console.log(`Wrote ${named.name} into ${relative(process.cwd(), folder.board)}; say in \`run\` what it does.`);
  return isGood ? 0 : 1;
}

function ontoServer(plan: ToolPlan): number {
  const file = join(ROOT, "data", "plugins", `${plan.name.replaceAll(".", "-").replaceAll("_", "-")}.ts`);
  if (existsSync(file)) throw new AnswerError(`${relative(process.cwd(), file)} exists already`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, pluginText({ ...plan, name: plan.name.replaceAll(".", "_") }));
  console.log(
    `Made ${relative(process.cwd(), file)}; say in \`run\` what it does. The server reads it when it starts.`,
  );
  return 0;
}

function parse(args: string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const part = { part: text, pin: text, what: text, seconds: text };
  const options = { board: text, server: flag, description: text, arguments: text, ...part, yes: flag, help: flag };
  return parseArgs({ args, allowPositionals: true, options });
}

/** @throws AnswerError */
function planOfPart(name: string, values: ReturnType<typeof parse>["values"]): PartPlan {
  const { part: kind = "", pin, what = `the ${name.replaceAll(/[._]/g, " ")}`, seconds } = values;
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new AnswerError(`"${name}": expected the name of a part, as in pump`);
  const most = seconds === undefined ? undefined : whole("seconds", seconds);
  const plan = partPlan({ kind, name, pin: whole("pin", pin), what, seconds: most });
  if (!plan) throw new AnswerError(`--part: expected ${PART_KINDS.join(", ")}, got "${kind}"`);
  return plan;
}

/** @throws AnswerError */
function whole(option: string, text: string | undefined): number {
  if (text !== undefined && /^\d{1,5}$/.test(text)) return Number(text);
  throw new AnswerError(`--${option}: expected a number, got ${text === undefined ? "nothing" : `"${text}"`}`);
}

async function write(name: string, { values }: ReturnType<typeof parse>): Promise<number> {
  const { board, server = false, yes = false, description: text, arguments: list } = values;
  const given = { ...(text !== undefined && { description: text }), ...(list !== undefined && { arguments: list }) };
  if (!NAME.test(name)) throw new AnswerError(`"${name}": expected a name as in gate.open or roll_dice`);
  if ((board === undefined) !== server) throw new AnswerError("say --board BOARD or --server");
  if (values.part !== undefined) {
    if (board === undefined) throw new AnswerError("a part is on a board: say --board BOARD");
    return partOntoBoard(planOfPart(name, values), board);
  }
  const terminal = process.stdin.isTTY && !yes ? askTerminal() : undefined;
  const answers = await answersTo(QUESTIONS, given, terminal?.ask ?? takeUsual);
  terminal?.close();
  const plan = {
    name,
    description: answers["description"] ?? "",
    arguments: parseArguments(answers["arguments"] ?? "") ?? [],
  };
  return board === undefined ? ontoServer(plan) : ontoBoard(plan, board);
}

/** `xiaozhi new-tool`: see its `--help`. Gives the exit status. */
export async function run(args: string[]): Promise<number> {
  try {
    const parsed = parse(args);
    const [name] = parsed.positionals;
    if (parsed.values.help || name === undefined) {
      console.log(HELP);
      return parsed.values.help ? 0 : 2;
    }
    return await write(name, parsed);
  } catch (error) {
    const isUsage = error instanceof AnswerError || (error as { code?: string }).code?.startsWith("ERR_PARSE_ARGS");
    if (!isUsage) throw error;
    console.error(`xiaozhi new-tool: ${(error as Error).message}\nSee "xiaozhi new-tool --help".`);
    return 2;
  }
}
