import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { after } from "node:test";
import { type WebSocket, WebSocketServer } from "ws";
import type { JsonObject } from "../../../protocol/json.ts";

/** The tools' side of an endpoint on a port of this computer: asks whoever connects its tools. */
export class ToolSideRelay {
  /** Those who have connected, in their order. */
  readonly tools: WebSocket[] = [];
  /** What they said, in its order. */
  readonly received: JsonObject[] = [];
  readonly #server: WebSocketServer;
  readonly #waiting: (() => void)[] = [];

  private constructor(server: WebSocketServer) {
    this.#server = server;
    server.on("connection", (socket) => {
      this.tools.push(socket);
      socket.on("message", (data) => {
        this.received.push(JSON.parse(String(data)));
        this.#wake();
      });
      socket.on("close", () => this.#wake());
      this.#wake();
    });
  }

  /** Opens one, on this port if one is given; one that `refuses` ends each connection as for a wrong token. */
  static async open(how: number | "refuses" = 0): Promise<ToolSideRelay> {
    const isOpen = how !== "refuses";
    const server = new WebSocketServer({ port: isOpen ? how : 0, host: "127.0.0.1" });
    await once(server, "listening");
    if (!isOpen) server.on("connection", (socket) => socket.close(1008, "wrong token"));
    const relay = new ToolSideRelay(server);
    after(() => relay.close());
    return relay;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/mcp_endpoint/mcp/?token=secret`;
  }

  /** Waits until so many have connected, and gives the last. */
  async connected(count: number): Promise<WebSocket> {
    await this.until(() => this.tools.length >= count);
    return this.tools[count - 1] as WebSocket;
  }

  /** Sends a request to the one who came last; gives its answer. */
  async ask(id: string | number, method: string, params?: JsonObject): Promise<JsonObject> {
    this.send({ jsonrpc: "2.0", id, method, ...(params && { params }) });
    const isAnswer = (message: JsonObject) => message["id"] === id && message["method"] === undefined;
    await this.until(() => this.received.some(isAnswer));
    return this.received.find(isAnswer) as JsonObject;
  }

  /** Introduces the endpoint, without waiting for the answer, as the reference does; reads and gives the names of tools. */
  async greet(): Promise<string[]> {
    const params = { protocolVersion: "2024-11-05", capabilities: {}, clientInfo: { name: "relay", version: "1" } };
    const greeted = this.ask("g_s_1", "initialize", params);
    this.send({ jsonrpc: "2.0", method: "notifications/initialized" });
    const { result } = await this.ask("g_s_2", "tools/list");
    await greeted;
    return ((result as JsonObject)["tools"] as JsonObject[]).map(({ name }) => String(name));
  }

  send(message: object | string): void {
    this.tools.at(-1)?.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  close(): void {
    for (const socket of this.tools) socket.terminate();
    this.#server.close();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
