import { z } from "zod";
import { shown } from "../../../protocol/errors.ts";
import { isObject, type JsonObject } from "../../../protocol/json.ts";
import type { ProgramLimits } from "../../programs/limited-program.ts";

/** An MCP server that runs as a program of its own beside this one. */
export interface ProgramSettings {
  readonly kind: "program";
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: { readonly [variable: string]: string };
  readonly cwd?: string;
  /** What differs from the usual ones. */
  readonly limits?: Partial<ProgramLimits>;
  /** ms for each answer. */
  readonly timeoutMs?: number;
}

/** How an MCP server is spoken to over HTTP; `either` finds out. */
export type HttpTransport = "streamable-http" | "sse" | "either";

/** An MCP server at an address. */
export interface AddressSettings {
  readonly kind: "address";
  readonly name: string;
  readonly url: string;
  /** Where SSE is spoken, when that is another address. */
  readonly sseUrl?: string;
  readonly headers: { readonly [name: string]: string };
  readonly transport: HttpTransport;
  /** ms for each answer. */
  readonly timeoutMs?: number;
}

export type McpServerSettings = ProgramSettings | AddressSettings;

/** What a settings file says. */
export interface McpSettings {
  /** The servers to use, without those that are switched off; undefined when the file cannot be understood at all. */
  readonly servers: readonly McpServerSettings[] | undefined;
  /** What is wrong: file or entry, key and value. The rest is usable. */
  readonly errors: readonly string[];
  /** What is odd and harms nothing. */
  readonly warnings: readonly string[];
}

const words = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).default({});

const common = {
  timeout: z.number().positive().optional(),
  disabled: z.boolean().default(false),
  enabled: z.boolean().default(true),
};

const limit = z.number().int().min(0, "expected 0 (no limit) or more").optional();

const program = z.object({
  ...common,
  command: z.string().min(1, "expected a command"),
  args: z.array(z.string()).default([]),
  env: words,
  cwd: z.string().optional(),
  memory_mib: limit,
  cpu_seconds: limit,
  file_mib: limit,
});

const address = z.object({
  ...common,
  url: z.url({ protocol: /^https?$/, error: "expected an http or https address" }),
  headers: words,
  transport: z.string().optional(),
  API_ACCESS_TOKEN: z.string().optional(),
});

/** Keys that other programs' files have and that change nothing here. */
const NO_MEANING = new Set("des description link type sse_read_timeout autoApprove alwaysAllow".split(" "));

/** What files call the ways of speaking over HTTP. */
const TRANSPORTS: { readonly [name: string]: HttpTransport } = {
  sse: "sse",
  http: "streamable-http",
  "streamable-http": "streamable-http",
  streamable_http: "streamable-http",
  streamablehttp: "streamable-http",
};

/**
 * Reads the text of a settings file: `{"mcpServers": {name: {command, args, env, cwd} | {url, headers, transport}}}`.
 * An entry that is wrong is left out and told of; the others work.
 *
 * @param file name for errors
 */
export function readMcpSettings(text: string, file: string): McpSettings {
  const wrong = (what: string): McpSettings => {
    return { servers: undefined, errors: [`config-invalid: ${what} (${file})`], warnings: [] };
  };
  if (text.trim() === "") return { servers: [], errors: [], warnings: [] };
  let tree: unknown;
  try {
    tree = JSON.parse(text);
  } catch (error) {
    return wrong(`expected JSON: ${(error as Error).message}`);
  }
  if (!isObject(tree)) return wrong(`expected an object, got ${shown(tree)}`);
  const entries = tree["mcpServers"] ?? {};
  if (!isObject(entries)) return wrong(`mcpServers: expected an object, got ${shown(entries)}`);
  const read = Object.entries(entries).map(([name, entry]) => readEntry(name, entry, file));
  return {
    servers: read.flatMap(({ server }) => server ?? []),
    errors: read.flatMap(({ errors }) => errors),
    warnings: read.flatMap(({ warnings }) => warnings),
  };
}

interface ReadEntry {
  readonly server?: McpServerSettings;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

function readEntry(name: string, entry: unknown, file: string): ReadEntry {
  const key = `mcpServers.${name}`;
  const wrong = (lines: readonly string[]): ReadEntry => {
    return { errors: lines.map((line) => `config-invalid: ${line} (${file})`), warnings: [] };
  };
  if (!isObject(entry)) return wrong([`${key}: expected an object, got ${shown(entry)}`]);
  const isProgram = entry["command"] !== undefined;
  if (!isProgram && entry["url"] === undefined) return wrong([`${key}: expected a command or a url, got neither`]);
  const schema = isProgram ? program : address;
  const parsed = schema.safeParse(entry);
  if (!parsed.success) return wrong(parsed.error.issues.map((issue) => describe(issue, key, entry)));
  const unknown = Object.keys(entry).filter((member) => !(member in schema.shape) && !NO_MEANING.has(member));
  const warnings = unknown.map((member) => `${key}.${member}: this key has no meaning here (${file})`);
  const { disabled, enabled } = parsed.data;
  if (disabled || !enabled) return { errors: [], warnings };
  if ("command" in parsed.data) return { server: programOf(name, parsed.data), errors: [], warnings };
  const given = parsed.data.transport ?? entry["type"];
  const transport = given === undefined ? guess(parsed.data.url) : TRANSPORTS[String(given).toLowerCase()];
  if (!transport) return wrong([`${key}.transport: expected sse, http or streamable-http, got ${shown(given)}`]);
  return { server: addressOf(name, parsed.data, transport), errors: [], warnings };
}

function programOf(name: string, entry: z.output<typeof program>): ProgramSettings {
  const { command, args, env, cwd, timeout } = entry;
  const limits = limitsOf(entry);
  const more = { ...(cwd !== undefined && { cwd }), ...timeLimit(timeout), ...(limits && { limits }) };
  return { kind: "program", name, command, args, env, ...more };
}

function limitsOf(entry: z.output<typeof program>): Partial<ProgramLimits> | undefined {
  const { memory_mib: memoryMib, cpu_seconds: cpuSeconds, file_mib: fileMib } = entry;
  const limits = {
    ...(memoryMib !== undefined && { memoryMib }),
    ...(cpuSeconds !== undefined && { cpuSeconds }),
    ...(fileMib !== undefined && { fileMib }),
  };
  return Object.keys(limits).length > 0 ? limits : undefined;
}

function addressOf(name: string, entry: z.output<typeof address>, transport: HttpTransport): AddressSettings {
  const { url, API_ACCESS_TOKEN: token, timeout } = entry;
  const login = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  return { kind: "address", name, url, headers: { ...login, ...entry.headers }, transport, ...timeLimit(timeout) };
}

function timeLimit(seconds: number | undefined): { timeoutMs?: number } {
  return seconds === undefined ? {} : { timeoutMs: seconds * 1000 };
}

/** The reference takes SSE for granted; its addresses end so. */
function guess(url: string): HttpTransport {
  return /\/sse\/?$/.test(new URL(url).pathname) ? "sse" : "either";
}

function describe(issue: z.core.$ZodIssue, key: string, entry: JsonObject): string {
  const value = issue.path.reduce<unknown>(
    (inner, member) => (inner as JsonObject | undefined)?.[String(member)],
    entry,
  );
  const expected = issue.code === "invalid_type" ? `expected ${issue.expected}` : issue.message;
  return `${[key, ...issue.path.map(String)].join(".")}: ${expected}, got ${shown(value)}`;
}
