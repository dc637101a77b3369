import { existsSync } from "node:fs";
import { SimulatorError, XsError } from "../../simulator/errors.ts";
import { type BoardBuild, checkBuild, checkImports, checkMembers, definedPins, readBuild } from "./build.ts";
import { type BoardFacts, readFacts, type Trial, tryBoard, type UsedPin } from "./facts.ts";
import type { Finding } from "./finding.ts";
import type { BoardFolder } from "./folder.ts";
import { checkPins } from "./pins.ts";
import { readSource, type SourceReader } from "./source.ts";
import type { BoardSyntax } from "./syntax.ts";
import { checkTools } from "./tools.ts";

/** Everything that is known of a board without a device. */
interface Known {
  readonly folder: BoardFolder;
  readonly build: BoardBuild;
  readonly syntax: BoardSyntax;
  readonly facts: BoardFacts;
}

/**
 * Checks a board before it is flashed: its files, types, pins, tools, and the partitions of its flash memory; and starts
 * it in the simulator.
 *
 * @param reader where several boards are checked; what they share is read once
 * @returns what is wrong or unusual, empty when nothing is
 */
export async function checkBoard(folder: BoardFolder, reader?: SourceReader): Promise<Finding[]> {
  if (!existsSync(folder.board)) return [{ file: folder.board, text: "there is no such file" }];
  const build = readBuild(folder);
  if (!("manifest" in build)) return [build];
  const misspelt = checkMembers(folder, build);
  if (misspelt.length > 0) return misspelt;
  const { faults, syntax } = reader ? reader.read(folder) : readSource(folder);
  const missing = checkImports({ folder, build, syntax });
  if (faults.length > 0 || missing.length > 0) return [...faults, ...missing];
  try {
    const found = readFacts(folder.directory);
    const facts = { ...found, pins: [...found.pins, ...definedPins(build)] };
    const known = { folder, build, syntax, facts };
    const findings = [...checkName(known), ...checkBuild(known), ...pinFindings(known)];
    const trial = await tryBoard(folder.directory);
    findings.push(...toolFindings(known, trial));
    // What ends the start of a board is mostly a pin that was named already.
    return findings.some(({ isWarning }) => !isWarning) ? findings : [...findings, ...startFindings(known, trial)];
  } catch (error) {
    return [faultOf(folder, error)];
  }
}

function checkName({ folder, syntax, facts }: Known): Finding[] {
  const at = { file: folder.board, line: syntax.lineOfField("name") };
  if (!/^[a-z0-9][a-z0-9.-]*$/.test(folder.name)) {
    const text = `the folder "${folder.name}" must have a name of lower case letters, digits and dashes: mcconfig writes it so`;
    return [{ file: folder.directory, text }];
  }
  if (facts.name === folder.name) return [];
  return [{ ...at, text: `name is "${facts.name}", and the folder is "${folder.name}"` }];
}

function placeOf(
  { folder, build, syntax }: Known,
  { field, pin, use }: UsedPin,
): { file: string; line?: number | undefined } {
  if (field !== "defines") return { file: folder.board, line: syntax.lineOfPin(field, pin, use) };
  const [group = "", name = ""] = use.split(" ");
  return { file: folder.manifest, line: build.file.lineOf(["defines", group, `${name}_pin`]) };
}

function pinFindings(known: Known): Finding[] {
  const { build, facts } = known;
  const chip = build.isEsp32 ? { isOctal: build.hasOctalPsram } : undefined;
  const placed = facts.pins.map((pin) => ({ pin, ...placeOf(known, pin) }));
  // In the order of the text, so that of two uses the later one is named; the manifest comes last.
  placed.sort((a, b) => a.file.localeCompare(b.file) || (a.line ?? 0) - (b.line ?? 0));
  const faults = checkPins({ ...facts, pins: placed.map(({ pin }) => pin) }, chip);
  return faults.map(({ at, text, isWarning = false }) => ({ ...placeOf(known, at), text, isWarning }));
}

function toolFindings({ folder, syntax, facts }: Known, { tools }: Trial): Finding[] {
  return checkTools(tools).map(({ tool, members, text }) => {
    const line = syntax.lineOfTool(facts.toolFields.get(tool), tool, ...members);
    return { file: folder.board, line, text };
  });
}

function startFindings({ folder }: Known, { errors }: Trial): Finding[] {
  return errors.map((text) => ({ file: folder.board, line: lineIn(folder, text), text }));
}

/** The line of the board's file that a stack of XS names first. */
function lineIn({ board }: BoardFolder, stack: string): number | undefined {
  const name = board.split("/").slice(-2).join("/");
  const at = stack.split("\n").find((frame) => frame.includes(`${name}:`));
  const line = at === undefined ? undefined : /board\.ts:(\d+)/.exec(at)?.[1];
  return line === undefined ? undefined : Number(line);
}

function faultOf(folder: BoardFolder, error: unknown): Finding {
  const known = error instanceof SimulatorError || error instanceof XsError;
  if (!known) throw error;
  const stack = error instanceof XsError ? error.xsStack : (error.place ?? "");
  const line = lineIn(folder, `${error.message}\n${stack}`);
  return { file: folder.board, line, text: (error.message.split("\n")[0] as string).replace(/^machine \S+: /, "") };
}
