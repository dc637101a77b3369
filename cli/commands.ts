/** What a command gives: its exit status. Arguments are those after its name. */
export type Command = (args: string[]) => Promise<number>;

interface Entry {
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** Loaded only when asked for, so that each starts fast. */
const COMMANDS: { readonly [name: string]: Entry } = {
  start: {
    summary: "a server and a virtual device; type a sentence and hear the device's answer",
    load: async () => (await import("./start.ts")).run,
  },
  demo: {
    summary: "a scripted conversation of six turns, checked by its sound",
    load: async () => (await import("./demo.ts")).run,
  },
  server: { summary: "the server alone", load: async () => (await import("./server.ts")).run },
  sim: { summary: "virtual devices for any XiaoZhi server", load: async () => (await import("./sim.ts")).run },
  bench: { summary: "prints this machine's figures", load: async () => (await import("../bench/bench.ts")).run },
  build: { summary: "builds the native parts", load: async () => (await import("./build.ts")).run },
  check: { summary: "format, lint and types", load: async () => (await import("./check.ts")).run },
  test: { summary: "check, then every quick test", load: async () => (await import("./test.ts")).run },
  "test-slow": { summary: "the long tests", load: async () => (await import("./test.ts")).runSlow },
};

function help(): string {
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`);
  return [
    "Usage: xiaozhi <command> [options]",
    "",
    ...lines,
    "",
    "Options of a command: xiaozhi <command> --help",
  ].join("\n");
}

/** The command of that name; without one, or with `--help`, one that explains. */
export function parseCommand(name: string | undefined): Command {
  const entry = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (entry) return async (args) => (await entry.load())(args);
  const asked = name === undefined || name === "--help" || name === "help";
  return async () => {
    if (!asked) console.error(`xiaozhi: unknown command "${name}"\n`);
    console.log(help());
    return asked ? 0 : 2;
  };
}
