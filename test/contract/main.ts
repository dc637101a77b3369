import { createEnvironment } from "./environment.ts";
import { PROGRAMS } from "./programs.ts";

interface Screen {
  onMessage?: (line: string) => void;
}

/** The program under the SDK: a line `run <name> <places as JSON>` starts one of the contract programs. */
export default function main(): void {
  (globalThis as unknown as { screen: Screen }).screen.onMessage = (line) => {
    const [, name = "", places = "{}"] = /^run (\S+) (.*)$/.exec(line) ?? [];
    const program = PROGRAMS[name];
    if (program) program(createEnvironment(JSON.parse(places)));
    else trace(`no program "${name}"\n`);
  };
  trace("ready\n");
}
