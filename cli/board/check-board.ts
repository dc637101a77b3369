import { parseArgs } from "node:util";
import { checkBoard } from "./check.ts";
import { describeFinding } from "./finding.ts";
import { boardFolder, boardNames } from "./folder.ts";
import { SourceReader } from "./source.ts";

const HELP = `Usage: xiaozhi check-board [NAME or FOLDER …]

Checks boards before they are flashed: that their files are there and their types are right; that each pin is used once,
and is one that the chip gives; that tools have names, descriptions and ranges which a model can use; that the
partitions fit into the flash memory. Then it starts them in the simulator. Without a name: all boards of this project.

Exit status: 0 when nothing is wrong; warnings are no matter.

Examples
  xiaozhi check-board esp32-s3-devkit
  xiaozhi check-board ../my-boards/my-box
`;

/** Checks a board and prints what is wrong or unusual. Whether it may be flashed. */
export async function reportBoard(nameOrFolder: string, reader?: SourceReader): Promise<boolean> {
  const folder = boardFolder(nameOrFolder);
  const findings = await checkBoard(folder, reader);
  for (const finding of findings) console.error(describeFinding(finding));
  return findings.every(({ isWarning }) => isWarning);
}

/** `xiaozhi check-board`: see its `--help`. Gives the exit status. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { help: { type: "boolean" } } });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const reader = new SourceReader();
  try {
    const names = positionals.length > 0 ? positionals : boardNames();
    let isGood = true;
    for (const name of names) {
      const isFlashable = await reportBoard(name, reader);
      console.log(`${name}: ${isFlashable ? "good" : "not good yet"}`);
      isGood &&= isFlashable;
    }
    return isGood ? 0 : 1;
  } finally {
    reader.close();
  }
}
