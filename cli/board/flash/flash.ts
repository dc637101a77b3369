import { parseArgs } from "node:util";
import { reportBoard } from "../check-board.ts";
import { boardFolder } from "../folder.ts";
import { platformOf, runMcconfig } from "./sdk-build.ts";
import { checkPort, checkToolchain, describeMissing, serialPorts } from "./toolchain.ts";

const HELP = `Usage: xiaozhi flash BOARD [options] [key=value …]

Checks a board, looks for the Moddable SDK, ESP-IDF and the device's port, and says how to get what is missing; then
builds the firmware, writes it into the device, and shows its log in xsbug.

  BOARD           the name of a board or its folder
  --port PORT     serial port of the device  [the only one]
  --release       without the debugger: faster and smaller
  --dry-run       say what would be done
  key=value       configuration that is built in: otaUrl=http://192.168.1.20:8002/xiaozhi/ota/
  --help          show this

Examples
  xiaozhi flash esp32-s3-devkit
  xiaozhi flash ../my-boards/my-box --port /dev/ttyACM0 --release
`;

function parse(args: string[]) {
  const flag = { type: "boolean" } as const;
  const options = { port: { type: "string" }, release: flag, "dry-run": flag, help: flag } as const;
  return parseArgs({ args, allowPositionals: true, options });
}

async function flash(board: string, config: readonly string[], { values }: ReturnType<typeof parse>): Promise<number> {
  const { port: asked, release = false } = values;
  const isDry = values["dry-run"] ?? false;
  if (!(await reportBoard(board))) return 1;
  const ports = serialPorts();
  const noPort = checkPort(asked, ports);
  const missing = [...checkToolchain(process.env), ...(noPort ? [noPort] : [])];
  const port = asked ?? ports[0] ?? "PORT";
  const args = [...(release ? [] : ["-d"]), "-m", "-p", platformOf(boardFolder(board)), ...config];
  if (missing.length > 0) console.error(`${describeMissing(missing)}\n\nThen this does the rest:`);
  if (missing.length > 0 || isDry) {
    console.log(`UPLOAD_PORT=${port} mcconfig ${args.join(" ")}`);
    return missing.length > 0 ? 1 : 0;
  }
  console.log(`Building ${board} and writing it to ${port}. The first time takes a few minutes …`);
  return runMcconfig(args, { ...process.env, UPLOAD_PORT: port });
}

/** `xiaozhi flash`: see its `--help`. Gives the exit status. */
export async function run(args: string[]): Promise<number> {
  const parsed = parse(args);
  const [board, ...config] = parsed.positionals;
  if (parsed.values.help || board === undefined) {
    console.log(HELP);
    return parsed.values.help ? 0 : 2;
  }
  return flash(board, config, parsed);
}
