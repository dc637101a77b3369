import { isDeepStrictEqual } from "node:util";
import type { Cancel, Clock } from "../../../protocol/clock.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import { ToolError } from "../../errors.ts";
import type { Log } from "../../log.ts";
import { mcpOutcome } from "../mcp-outcome.ts";
import { Refresh } from "../refresh.ts";
import type { SourceTool, ToolOutcome } from "../source.ts";
import { McpClient } from "./client.ts";
import { isLoss, isUndelivered } from "./failure.ts";
import type { McpServerSettings } from "./settings.ts";
import type { OpenTransport } from "./transport.ts";

/** ms between attempts: the first, then twice as long each time, up to the last. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** ms after which a connection counts as a good one, so that the next pause is short again. */
const STEADY_MS = 30_000;

/** ms after which the tools of a server that does not tell of changes are read again. */
const REREAD_MS = 300_000;

export interface McpConnectionOptions {
  readonly settings: McpServerSettings;
  readonly clock: Clock;
  readonly log: Log;
  readonly open: OpenTransport;
  /** Gives a number from 0 to 1, 1 excluded: spreads the attempts of many servers. */
  readonly random: () => number;
  readonly onChange: () => void;
}

/**
 * An MCP server as all sessions share it. It is opened in the background and again whenever it is lost; its tools stay
 * on offer meanwhile, and a call opens it at once.
 */
export class McpConnection {
  readonly settings: McpServerSettings;
  readonly #options: McpConnectionOptions;
  readonly #refresh: Refresh;
  #tools: readonly SourceTool[] = [];
  #client: McpClient | undefined;
  #opening: Promise<McpClient> | undefined;
  #cancelRetry: Cancel = () => {};
  #cancelReread: Cancel = () => {};
  #openedAt = 0;
  #failures = 0;
  readonly #closing = new AbortController();

  constructor(options: McpConnectionOptions) {
    this.#options = options;
    this.settings = options.settings;
    this.#refresh = new Refresh(() => this.#readTools());
  }

  get tools(): readonly SourceTool[] {
    return this.#tools;
  }

  /** Opens the server in the background. */
  start(): void {
    // A failure is logged and tried again.
    this.#open().catch(() => {});
  }

  /** @throws ToolError when the server cannot be reached, or was lost while it worked */
  async call(name: string, args: JsonObject, signal: AbortSignal): Promise<ToolOutcome> {
    for (let attempt = 1; ; attempt++) {
      const client = await this.#open();
      signal.throwIfAborted();
      try {
        return mcpOutcome(await client.callTool(name, args, signal));
      } catch (error) {
        if (signal.aborted) throw error;
        if (isLoss(error)) this.#lose(client, (error as Error).message);
        if (attempt > 1 || !isUndelivered(error)) throw this.#explained(name, error);
      }
    }
  }

  /** Ends the connection for good, and the server's program. */
  async close(): Promise<void> {
    this.#closing.abort(new Error("the server is closed"));
    this.#cancelRetry();
    await this.#opening?.catch(() => {});
    this.#cancelReread();
    const client = this.#client;
    this.#client = undefined;
    await client?.close().catch((error: unknown) => this.#warn(error, "MCP server could not be closed"));
  }

  /** The open connection; opens it when there is none. @throws ToolError `mcp-unreachable` */
  #open(): Promise<McpClient> {
    if (this.#client) return Promise.resolve(this.#client);
    this.#cancelRetry();
    this.#opening ??= this.#connect().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #connect(): Promise<McpClient> {
    const { settings, clock, log, open } = this.#options;
    const startedAt = clock.now();
    try {
      let client: McpClient | undefined;
      client = await McpClient.connect({
        settings,
        clock,
        log,
        open,
        onToolsChanged: () => this.#reread(),
        onLost: (reason) => this.#lose(client, reason),
        signal: this.#closing.signal,
      });
      this.#client = client;
      await this.#refresh.run();
      this.#openedAt = clock.now();
      if (!client.tellsOfChanges) this.#rereadLater();
      const ms = Math.round(this.#openedAt - startedAt);
      log.info({ server: settings.name, tools: this.#tools.length, ms }, "MCP server connected");
      return client;
    } catch (error) {
      await this.#discard();
      this.#retry(error);
      throw new ToolError("mcp-unreachable", `The server ${settings.name} cannot be reached now.`, { cause: error });
    }
  }

  async #readTools(): Promise<void> {
    const tools = await this.#client?.listTools();
    if (!tools || this.#isClosed) return;
    const read = tools.map(({ name, description = "", inputSchema }) => ({ name, description, inputSchema }));
    if (isDeepStrictEqual(read, this.#tools)) return;
    this.#tools = read;
    this.#options.onChange();
  }

  #rereadLater(): void {
    this.#cancelReread = this.#options.clock.schedule(REREAD_MS, () => {
      this.#rereadLater();
      const client = this.#client;
      this.#refresh.run().catch((error: unknown) => {
        if (isLoss(error)) this.#lose(client, (error as Error).message);
        else this.#warn(error, "the MCP server's tools cannot be read again");
      });
    });
  }

  #reread(): void {
    this.#refresh.run().catch((error: unknown) => this.#warn(error, "the MCP server's new tools cannot be used"));
  }

  get #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  #lose(client: McpClient | undefined, reason: string): void {
    if (!client || this.#client !== client || this.#isClosed) return;
    void this.#discard();
    if (this.#options.clock.now() - this.#openedAt >= STEADY_MS) this.#failures = 0;
    this.#retry(new Error(reason));
  }

  /** Frees the connection that is of no more use. */
  async #discard(): Promise<void> {
    this.#cancelReread();
    const client = this.#client;
    this.#client = undefined;
    await client?.close().catch(() => {});
  }

  #retry(error: unknown): void {
    if (this.#isClosed) return;
    const { clock, random } = this.#options;
    const longest = Math.min(FIRST_PAUSE_MS * 2 ** this.#failures, LONGEST_PAUSE_MS);
    const inMs = Math.round(longest * (0.5 + random() / 2));
    // Once is enough for people; the rest is for whoever looks for it.
    if (this.#failures === 0) this.#warn(error, "MCP server not connected", { inMs });
    else this.#options.log.debug({ server: this.settings.name, error, inMs }, "MCP server still not connected");
    this.#failures++;
    this.#cancelRetry();
    this.#cancelRetry = clock.schedule(inMs, () => this.start());
  }

  #explained(name: string, error: unknown): ToolError {
    const { settings } = this;
    const message = error instanceof Error ? error.message : String(error);
    const isSilence = (error as { code?: unknown }).code === "REQUEST_TIMEOUT";
    if (isSilence) {
      return new ToolError("tool-timeout", `${name} gave no answer within ${(settings.timeoutMs ?? 0) / 1000} s`);
    }
    if (!isLoss(error) || isUndelivered(error))
      return new ToolError("tool-failed", `${name} failed: ${message}`, { cause: error });
    const lost = `The connection to ${settings.name} was lost; it is not known whether ${name} was done.`;
    return new ToolError("mcp-lost", lost, { cause: error });
  }

  #warn(error: unknown, message: string, fields: object = {}): void {
    this.#options.log.warn({ server: this.settings.name, error, ...fields }, message);
  }
}
