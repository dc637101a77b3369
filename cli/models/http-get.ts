import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { text } from "node:stream/consumers";
import { ModelError, TransferError } from "./errors.ts";

/** How to ask. */
export interface GetOptions {
  /** HTTPS_PROXY, HTTP_PROXY and NO_PROXY are heeded. */
  readonly env: { readonly [variable: string]: string | undefined };
  /** Only what follows `from`, if the file is still the one with this tag or date. */
  readonly range?: { readonly from: number; readonly ifRange: string };
}

const MAX_REDIRECTS = 5;
/** ms without a byte after which a connection counts as broken. */
const SILENCE_MS = 30_000;
const MAX_REASON_CHARACTERS = 120;

/**
 * Asks for a file and follows redirects. The answer is to be read, or destroyed.
 *
 * @throws TransferError `model-unreachable` when it may help to try again; ModelError `model-refused`
 */
export async function get(url: string, options: GetOptions): Promise<IncomingMessage> {
  let address = new URL(url);
  for (let hops = 0; ; hops++) {
    const response = await ask(address, options);
    const { statusCode: status = 0, headers } = response;
    if (status === 200 || status === 206) return response;
    if (status >= 300 && status < 400 && headers.location !== undefined && hops < MAX_REDIRECTS) {
      response.resume();
      const next = new URL(headers.location, address);
      if (address.protocol === "https:" && next.protocol !== "https:") {
        throw new ModelError(
          "model-refused",
          `model-refused: ${address.href} leads to ${next.href}, without encryption`,
        );
      }
      address = next;
      continue;
    }
    throw await refusal(address, response);
  }
}

function ask(address: URL, { env, range }: GetOptions): Promise<IncomingMessage> {
  const isSecure = address.protocol === "https:";
  const agentOptions = { proxyEnv: { ...env }, timeout: SILENCE_MS };
  const agent = isSecure ? new HttpsAgent(agentOptions) : new HttpAgent(agentOptions);
  const headers = {
    "user-agent": "xiaozhi-xs",
    "accept-encoding": "identity",
    ...(range && { range: `bytes=${range.from}-`, "if-range": range.ifRange }),
  };
  return new Promise((resolve, reject) => {
    const send = isSecure ? requestHttps : requestHttp;
    const request = send(address, { agent, headers });
    request.on("timeout", () => request.destroy(new Error("silent for too long")));
    request.on("response", resolve);
    request.on("error", (error: NodeJS.ErrnoException) => {
      const message = `model-unreachable: ${address.host}: ${error.code ?? error.message}${proxyHint(env)}`;
      reject(new TransferError("model-unreachable", message, { cause: error }));
    });
    request.end();
  });
}

function proxyHint(env: GetOptions["env"]): string {
  const proxy = env["HTTPS_PROXY"] ?? env["https_proxy"] ?? env["HTTP_PROXY"] ?? env["http_proxy"];
  return proxy === undefined ? "" : ` (by way of the proxy ${withoutPassword(proxy)})`;
}

function withoutPassword(proxy: string): string {
  return URL.canParse(proxy) ? new URL(proxy).host : "that the environment names";
}

async function refusal(address: URL, response: IncomingMessage): Promise<ModelError> {
  const { statusCode: status = 0 } = response;
  const reason = (await text(response).catch(() => "")).replace(/\s+/g, " ").slice(0, MAX_REASON_CHARACTERS);
  const message = `${address.href} answered ${status}${reason === "" ? "" : `: ${reason}`}`;
  if (status === 408 || status === 429 || status >= 500) {
    return new TransferError("model-unreachable", `model-unreachable: ${message}`);
  }
  return new ModelError("model-refused", `model-refused: ${message}`);
}
