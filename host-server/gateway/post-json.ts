import { type ClientRequestArgs, request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Duplex } from "node:stream";
import { isObject, type JsonObject, parseJson } from "../../protocol/json.ts";

/** Longest answer that is read. */
const MAX_ANSWER_BYTES = 64 * 1024;

/** How a server is asked. */
export interface PostWay {
  /** Bearer token. */
  readonly token?: string;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
  /** Opens the connection instead of the network: for tests. */
  readonly dial?: ((host: string, port: number) => Duplex) | undefined;
}

/** What a server answered; `error` is its own word for what went wrong, empty where it has none. */
export interface PostAnswer {
  readonly status: number;
  readonly error: string;
  /** The answer's members; none where it was no JSON. */
  readonly values: JsonObject;
}

/**
 * Asks a server for something, with a body in JSON.
 *
 * @throws Error of the network, or of `signal`
 */
export async function postJson(target: URL, body: JsonObject, way: PostWay): Promise<PostAnswer> {
  const { token, signal } = way;
  const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
  const options = { method: "POST", headers, ...(signal && { signal }), ...connection(target, way) };
  const request = target.protocol === "https:" ? httpsRequest : httpRequest;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request(target, options, resolve).on("error", reject).end(JSON.stringify(body));
  const response = await promise;
  const values = valuesIn(await read(response));
  const { error } = values;
  return { status: response.statusCode ?? 0, error: typeof error === "string" ? error : "", values };
}

function connection({ hostname, port, protocol }: URL, { dial }: PostWay): Pick<ClientRequestArgs, "createConnection"> {
  if (!dial) return {};
  return { createConnection: () => dial(hostname, Number(port || (protocol === "https:" ? 443 : 80))) };
}

async function read(response: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) {
    text += chunk;
    if (text.length > MAX_ANSWER_BYTES) response.destroy();
  }
  return text;
}

function valuesIn(answer: string): JsonObject {
  try {
    const value = parseJson(answer);
    return isObject(value) ? value : {};
  } catch {
    // a proxy's page, for example
    return {};
  }
}
