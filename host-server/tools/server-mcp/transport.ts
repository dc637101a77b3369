import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { Transport } from "@modelcontextprotocol/client";
import type { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import type { Log } from "../../log.ts";
import { limitedProgram, USUAL_LIMITS } from "../../programs/limited-program.ts";
import { ProgramFamily } from "../../programs/program-family.ts";
import type { AddressSettings, McpServerSettings, ProgramSettings } from "./settings.ts";

/** One way to open an MCP server: what carries the messages, and which handshake. */
export interface Way {
  readonly over: "program" | "streamable-http" | "sse";
  /** `legacy` is what all servers until 2025 know; `auto` asks first. */
  readonly handshake: "legacy" | "auto";
}

/** A transport that nobody has connected yet. */
export interface OpenedTransport {
  readonly transport: Transport;
  /** What the server's program said last on its error output. */
  readonly lastWords: () => string;
}

/** Makes a transport; nothing runs before a client connects it. */
export type OpenTransport = (settings: McpServerSettings, way: Way, log: Log) => Promise<OpenedTransport>;

/**
 * The ways to a server, in the order in which they are tried: streamable HTTP before SSE, which older servers speak
 * (MCP 2025-03-26, backwards compatibility).
 */
export function waysTo(settings: McpServerSettings): readonly Way[] {
  const carriers = settings.kind === "program" ? (["program"] as const) : carriersOf(settings);
  return carriers.flatMap((over): Way[] => {
    if (over === "sse") return [{ over, handshake: "legacy" }];
    return [
      { over, handshake: "legacy" },
      { over, handshake: "auto" },
    ];
  });
}

function carriersOf({ transport }: AddressSettings): readonly ("streamable-http" | "sse")[] {
  return transport === "either" ? ["streamable-http", "sse"] : [transport];
}

/** The transports of the official client, which is loaded for the first server that is configured. */
export const openTransport: OpenTransport = async (settings, { over }, log) => {
  if (settings.kind === "program") return openProgram(settings, log);
  const { SSEClientTransport, StreamableHTTPClientTransport } = await import("@modelcontextprotocol/client");
  const { url, sseUrl = url } = settings;
  const options = { requestInit: { headers: { ...settings.headers } } };
  const transport =
    over === "sse"
      ? new SSEClientTransport(new URL(sseUrl), options)
      : new StreamableHTTPClientTransport(new URL(url), options);
  return { transport, lastWords: () => "" };
};

/** Programs that run now, each with what it has started. */
const running = new Map<StdioClientTransport, ProgramFamily>();

/** Ends all programs at once, when this one ends without having closed them: some do not notice that nobody listens. */
function endAll(): void {
  for (const [{ pid }, family] of running) {
    try {
      if (pid !== null) process.kill(pid);
    } catch {
      // it has ended just now
    }
    family.end();
  }
}

/**
 * A program that speaks over its standard input and output; its error output goes to the log. It gets none of this process's
 * variables but those that every program needs, has limits, and ends with all that it has started.
 */
async function openProgram({ env, cwd, name, limits, ...told }: ProgramSettings, log: Log): Promise<OpenedTransport> {
  const { StdioClientTransport: Program } = await import("@modelcontextprotocol/client/stdio");
  const where = cwd === undefined ? {} : { cwd };
  const family = new ProgramFamily();
  const given = { ...env, ...family.environment };
  const { command, args } = limitedProgram({ ...told, ...where }, { ...USUAL_LIMITS, ...limits }, env["PATH"]);
  const transport = new Program({ command, args: [...args], env: given, ...where, stderr: "pipe" });
  if (running.size === 0) process.once("exit", endAll);
  running.set(transport, family);
  transport.onclose = () => {
    running.delete(transport);
    family.end();
    if (running.size === 0) process.off("exit", endAll);
  };
  const close = transport.close.bind(transport);
  // Whoever is left holds what the transport waits for.
  transport.close = async () => {
    await close();
    family.end();
  };
  let lastLine = "";
  createInterface({ input: transport.stderr as Readable }).on("line", (line) => {
    if (line.trim() === "") return;
    lastLine = line.trim().slice(0, 400);
    log.info({ server: name, line: lastLine }, "MCP server says");
  });
  return { transport, lastWords: () => lastLine };
}
