import { parseCommand } from "./commands.ts";

/** Runs one command of `xiaozhi` and exits with its status. */
async function main(): Promise<number> {
  const [name, ...args] = process.argv.slice(2);
  const command = parseCommand(name);
  return command(args);
}

try {
  process.exitCode = await main();
} catch (error) {
  const known = error instanceof Error && "code" in error;
  console.error(known ? error.message : error);
  process.exitCode = 1;
}
