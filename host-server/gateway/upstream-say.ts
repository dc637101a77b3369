import { type ClientRequestArgs, request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Duplex } from "node:stream";
import { isObject, parseJson } from "../../protocol/json.ts";
import { AppError } from "../errors.ts";
import type { ServerChoice } from "./server-list.ts";

/** Port of a server's API, where nothing else is said. */
const API_PORT = 8002;
/** Longest answer that is read. */
const MAX_ANSWER_BYTES = 64 * 1024;

/** What a server is to say, and through whom. */
export interface SayOrder {
  readonly deviceId: string;
  readonly text: string;
}

/** How a server's API is reached. */
export interface SayWay {
  /** Ends the wait: the session is over. */
  readonly signal: AbortSignal;
  /** Opens the connection instead of the network: for tests. */
  readonly dial?: ((host: string, port: number) => Duplex) | undefined;
}

/**
 * Asks a server of this project to say a text through a device in a session with it (`POST /api/devices/{id}/say`);
 * resolves when it has been said.
 *
 * @throws AppError `cannot-speak`, naming the server and its reason
 */
export async function askToSay(server: ServerChoice, { deviceId, text }: SayOrder, way: SayWay): Promise<void> {
  const { url, api = defaultApi(url), auth_key = "" } = server;
  if (auth_key === "") throw cannotSpeak(url, "gateway.servers has no auth_key for it");
  const path = `/api/devices/${encodeURIComponent(deviceId)}/say`;
  const target = new URL(path, api);
  const body = JSON.stringify({ text });
  const headers = { authorization: `Bearer ${auth_key}`, "content-type": "application/json" };
  try {
    const { status, answer } = await post(target, body, { headers, signal: way.signal, ...connection(target, way) });
    if (status !== 200) throw cannotSpeak(target.origin, `it answered ${status}${reasonIn(answer)}`);
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (way.signal.aborted) throw cannotSpeak(target.origin, "the session is over", error);
    throw cannotSpeak(target.origin, `it cannot be reached (${(error as NodeJS.ErrnoException).code ?? error})`, error);
  }
}

/** The API of a server is by custom on the same computer as its WebSocket. */
function defaultApi(url: string): string {
  const { protocol, hostname } = new URL(url);
  return `${protocol === "wss:" ? "https" : "http"}://${hostname}:${API_PORT}`;
}

function connection({ hostname, port, protocol }: URL, { dial }: SayWay): Pick<ClientRequestArgs, "createConnection"> {
  if (!dial) return {};
  return { createConnection: () => dial(hostname, Number(port || (protocol === "https:" ? 443 : 80))) };
}

function post(target: URL, body: string, options: object): Promise<{ status: number; answer: string }> {
  const request = target.protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const call = request(target, { ...options, method: "POST" }, (response) => {
      read(response).then((answer) => resolve({ status: response.statusCode ?? 0, answer }), reject);
    });
    call.on("error", reject);
    call.end(body);
  });
}

async function read(response: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) {
    text += chunk;
    if (text.length > MAX_ANSWER_BYTES) response.destroy();
  }
  return text;
}

function reasonIn(answer: string): string {
  try {
    const value = parseJson(answer);
    return isObject(value) && typeof value["error"] === "string" ? `: ${value["error"]}` : "";
  } catch {
    // a proxy's page, for example
    return "";
  }
}

function cannotSpeak(server: string, why: string, cause?: unknown): AppError {
  return new AppError("cannot-speak", `cannot-speak: ${server}: ${why}`, { cause });
}
