import type { ChildProcess } from "node:child_process";
import { globSync } from "node:fs";
import { join } from "node:path";
import { API, type Diagnostic, DiagnosticCategory } from "typescript/unstable/sync";
import { ROOT } from "../process.ts";
import type { Finding } from "./finding.ts";
import type { BoardFolder } from "./folder.ts";
import { BoardSyntax } from "./syntax.ts";

/** What TypeScript says of a board's files, wherever the folder lies. */
export interface BoardSource {
  readonly faults: readonly Finding[];
  readonly syntax: BoardSyntax;
}

/** There are no such files: the compiler is given their text. They stand in the project, so that types are found from there. */
const CONFIG = /\btsconfig\.board-\d+\.json$/;

function filesOf({ directory }: BoardFolder): string[] {
  return globSync("**/*.ts", { cwd: directory }).map((file) => join(directory, file));
}

function configText(folder: BoardFolder): string {
  const files = [
    ...filesOf(folder),
    ...globSync("{typings,simulator/twins/xs}/*.d.ts", { cwd: ROOT }).map((file) => join(ROOT, file)),
  ];
  return JSON.stringify({ extends: join(ROOT, "tsconfig.firmware.json"), include: [], files });
}

/** Reads the files of boards one after the other; what they share is read once. */
export class SourceReader {
  readonly #configs = new Map<string, string>();
  #api: API | undefined;

  /**
   * Checks the types of a board's files as the build for a device does, and reads the text of its `board.ts`.
   *
   * @throws Error when the compiler cannot be run
   */
  read(folder: BoardFolder): BoardSource {
    const config = join(ROOT, `tsconfig.board-${this.#configs.size}.json`);
    this.#configs.set(config, configText(folder));
    const snapshot = this.#compiler().updateSnapshot({ openProjects: [config] });
    try {
      const project = snapshot.getProject(config);
      const file = project?.program.getSourceFile(folder.board);
      if (!project || !file) throw new Error(`${folder.board}: the TypeScript compiler gives no such file`);
      const { program } = project;
      // Those of the project are checked with it.
      const all = filesOf(folder).flatMap((own) => [
        ...program.getSyntacticDiagnostics(own),
        ...program.getSemanticDiagnostics(own),
      ]);
      const faults = all
        .filter(({ category }) => category === DiagnosticCategory.Error)
        .map((fault) => finding(folder, fault, (path) => program.getSourceFile(path)?.text));
      return { faults, syntax: new BoardSyntax(file) };
    } finally {
      this.#api?.updateSnapshot({ closeProjects: [config] });
    }
  }

  close(): void {
    if (this.#api) endQuietly(this.#api);
    this.#api = undefined;
  }

  #compiler(): API {
    this.#api ??= new API({
      cwd: ROOT,
      fs: {
        readFile: (path) => this.#configs.get(path),
        fileExists: (path) => (CONFIG.test(path) ? this.#configs.has(path) : undefined),
      },
    });
    return this.#api;
  }
}

/** What a {@link SourceReader} reads of one board. */
export function readSource(folder: BoardFolder): BoardSource {
  const reader = new SourceReader();
  try {
    return reader.read(folder);
  } finally {
    reader.close();
  }
}

/** Asked to end, the compiler complains on the terminal that its work was cancelled; ended, it does not. */
function endQuietly(api: API): void {
  const { client } = api as unknown as { client: { channel: { child: ChildProcess; close(): void } } };
  client.channel.child.kill("SIGKILL");
  client.channel.close();
}

function finding({ board }: BoardFolder, fault: Diagnostic, textOf: (path: string) => string | undefined): Finding {
  const { fileName = board, pos, text, messageChain = [] } = fault;
  const line = textOf(fileName)?.slice(0, pos).split("\n").length;
  // The innermost sentence of a chain is the one that names the member.
  const details = messageChain.map((inner) => inner.text);
  return { file: fileName, line, text: plain([text, ...details].join(" ")) };
}

const MISSING = /^Property '(\w+)' is missing in type '.*' but required in type '(\w+)(?:<.*>)?'\.?$/s;

/** Without the types that TypeScript writes out where a member is missing. */
function plain(text: string): string {
  const [, member, type] = MISSING.exec(text) ?? [];
  if (member === undefined) return text;
  return `\`${member}\` is missing: a ${type === "ToolDefinition" ? "tool" : type} must have it`;
}
