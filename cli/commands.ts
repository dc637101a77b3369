import { ensureBuilt } from "./build.ts";
import { ensureConsole } from "./console/build.ts";

/** What a command gives: its exit status. Arguments are those after its name. */
export type Command = (args: string[]) => Promise<number>;

interface Entry {
  readonly summary: string;
  /** Whether the native parts must be there, are used when they can be built, or are not needed. */
  readonly native: "needed" | "wanted" | "unused";
  /** Whether it hands out the console's pages. */
  readonly hasConsole?: boolean;
  readonly load: () => Promise<Command>;
}

/** Loaded only when asked for, so that each starts fast. */
const COMMANDS: { readonly [name: string]: Entry } = {
  start: {
    native: "needed",
    hasConsole: true,
    summary: "a server and a virtual device; type a sentence and hear the device's answer",
    load: async () => (await import("./start.ts")).run,
  },
  demo: {
    native: "needed",
    summary: "a scripted conversation of six turns, checked by its sound",
    load: async () => (await import("./demo.ts")).run,
  },
  server: {
    native: "wanted",
    hasConsole: true,
    summary: "the server alone",
    load: async () => (await import("./server.ts")).run,
  },
  gateway: {
    native: "unused",
    summary: "MQTT and UDP for devices, in front of other XiaoZhi servers",
    load: async () => (await import("./gateway.ts")).run,
  },
  "mcp-endpoint": {
    native: "unused",
    summary: "the place to which MCP servers connect to give an assistant their tools, alone",
    load: async () => (await import("../host-server/mcp-endpoint/main.ts")).runMcpEndpoint,
  },
  "mcp-bridge": {
    native: "unused",
    summary: "gives the tools of MCP servers to an assistant, by its MCP endpoint",
    load: async () => (await import("../host-server/mcp-bridge/main.ts")).runMcpBridge,
  },
  setup: {
    native: "wanted",
    summary: "asks for a language and what is at hand, tries it with sound, and writes the configuration",
    load: async () => (await import("./setup/setup.ts")).run,
  },
  doctor: {
    native: "unused",
    summary: "looks at what the server depends on, and says what is used and what is wrong",
    load: async () => (await import("./doctor/doctor.ts")).run,
  },
  models: {
    native: "unused",
    summary: "brings speech models that run on this computer, and lists and removes them",
    load: async () => (await import("./models/models.ts")).run,
  },
  knowledge: {
    native: "unused",
    summary: "documents that assistants look things up in: adds, lists, removes and searches them",
    load: async () => (await import("./knowledge/knowledge.ts")).run,
  },
  backup: {
    native: "unused",
    summary: "writes everything that the server keeps into one archive, while it runs",
    load: async () => (await import("./backup/backup.ts")).run,
  },
  restore: {
    native: "unused",
    summary: "brings back what backup wrote, into SQLite or PostgreSQL",
    load: async () => (await import("./backup/restore.ts")).run,
  },
  import: {
    native: "unused",
    summary: "takes agents and devices from a dump of the reference's console, and what its configuration says",
    load: async () => (await import("./import/import.ts")).run,
  },
  sim: {
    native: "needed",
    summary: "virtual devices for any XiaoZhi server",
    load: async () => (await import("./sim.ts")).run,
  },
  fleet: {
    native: "needed",
    summary: "many virtual devices, a day of their lives in minutes, and whether all went well",
    load: async () => (await import("./fleet/fleet.ts")).run,
  },
  linux: {
    native: "needed",
    summary: "the Moddable SDK's Linux build of the firmware, run without a window",
    load: async () => (await import("./linux.ts")).run,
  },
  bench: {
    native: "wanted",
    summary: "how many devices this machine serves, in two minutes; with a subject, one thing more closely",
    load: async () => (await import("./sizing/bench-command.ts")).run,
  },
  "build-console": {
    native: "unused",
    summary: "builds the console's pages",
    load: async () => (await import("./console/build.ts")).run,
  },
  build: { native: "needed", summary: "builds the native parts", load: async () => (await import("./build.ts")).run },
  "make-fonts": {
    native: "unused",
    summary: "makes the fonts of the device's screen anew",
    load: async () => (await import("./fonts.ts")).run,
  },
  "make-prompts": {
    native: "needed",
    summary: "makes the device's own sounds anew",
    load: async () => (await import("./prompts/make-prompts.ts")).run,
  },
  "device-certificate": {
    native: "unused",
    summary: "makes certificates with which devices show who they are",
    load: async () => (await import("./certificate/device-certificate.ts")).run,
  },
  firmware: {
    native: "unused",
    summary: "what browsers write into new devices: brings it, lists, verifies and removes it",
    load: async () => (await import("./firmware/firmware.ts")).run,
  },
  "sign-firmware": {
    native: "unused",
    summary: "signs a firmware image for devices whose build has a key",
    load: async () => (await import("./firmware/sign-firmware.ts")).run,
  },
  "firmware-size": {
    native: "unused",
    summary: "how much flash memory a board's firmware takes, by part",
    load: async () => (await import("./firmware/firmware-size.ts")).run,
  },
  screens: {
    native: "needed",
    summary: "draws everything that a device's screen can look like, in every size",
    load: async () => (await import("./screens.ts")).run,
  },
  boards: {
    native: "needed",
    summary: "starts every board in the simulator, and writes the table of them",
    load: async () => (await import("./boards/boards.ts")).run,
  },
  "new-board": {
    native: "needed",
    summary: "makes the two files of a board",
    load: async () => (await import("./board/make/new-board.ts")).run,
  },
  "new-tool": {
    native: "needed",
    summary: "writes a tool into a board, or a plugin of the server",
    load: async () => (await import("./board/make/new-tool.ts")).run,
  },
  "check-board": {
    native: "needed",
    summary: "whether a board may be flashed: types, pins, tools, partitions",
    load: async () => (await import("./board/check-board.ts")).run,
  },
  flash: {
    native: "needed",
    summary: "builds the firmware of a board and writes it into a device",
    load: async () => (await import("./board/flash/flash.ts")).run,
  },
  "build-firmware": {
    native: "needed",
    summary: "builds the firmware of a board as files for a browser's flasher",
    load: async () => (await import("./board/flash/build-firmware.ts")).run,
  },
  check: { native: "unused", summary: "format, lint and types", load: async () => (await import("./check.ts")).run },
  test: {
    native: "unused",
    summary: "check, then every quick test",
    load: async () => (await import("./test.ts")).run,
  },
  coverage: {
    native: "needed",
    summary: "the lines of the firmware that its tests run on XS",
    load: async () => (await import("./coverage.ts")).run,
  },
  fuzz: {
    native: "needed",
    summary: "feeds changed messages, packets and files to whatever reads them",
    load: async () => (await import("./test.ts")).runFuzz,
  },
  "test-slow": { native: "needed", summary: "the long tests", load: async () => (await import("./test.ts")).runSlow },
};

function help(): string {
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(18)} ${summary}`);
  return [
    "Usage: xiaozhi <command> [options]",
    "",
    ...lines,
    "",
    "Options of a command: xiaozhi <command> --help",
  ].join("\n");
}

/** What was edited or fetched since the last time is compiled first. */
async function build({ native, hasConsole }: Entry): Promise<void> {
  if (hasConsole) await ensureConsole();
  if (native === "unused") return;
  try {
    await ensureBuilt();
  } catch (error) {
    if (native === "needed" || !isCompilerMissing(error)) throw error;
    console.error(`${error.message}\nGoing on without: Opus runs as WebAssembly.`);
  }
}

function isCompilerMissing(error: unknown): error is Error {
  return error instanceof Error && "code" in error && error.code === "compiler-missing";
}

/** The command of that name; without one, or with `--help`, one that explains. */
export function parseCommand(name: string | undefined): Command {
  const entry = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (entry) {
    return async (args) => {
      if (!args.includes("--help")) await build(entry);
      return (await entry.load())(args);
    };
  }
  const asked = name === undefined || name === "--help" || name === "help";
  return async () => {
    if (!asked) console.error(`xiaozhi: unknown command "${name}"\n`);
    console.log(help());
    return asked ? 0 : 2;
  };
}
