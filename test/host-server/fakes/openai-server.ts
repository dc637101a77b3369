import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { systemClock } from "../../../host-server/clock.ts";
import type { ProviderContext } from "../../../host-server/providers/provider.ts";

/** A request as it came. */
export interface Asked {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
  /** Resolves when the client has let go of the answer. */
  readonly gone: Promise<void>;
}

/** A server that plays an OpenAI-compatible one: `answer` gets each request after the greeting. */
export interface FakeApi {
  readonly url: string;
  readonly asked: Asked[];
  close(): Promise<void>;
}

type Answer = (response: ServerResponse, asked: Asked, count: number) => void;

export async function startFakeApi(answer: Answer): Promise<FakeApi> {
  const asked: Asked[] = [];
  const server: Server = createServer(async (request, response) => {
    const { promise: gone, resolve } = Promise.withResolvers<void>();
    response.on("close", resolve);
    const call = { path: request.url ?? "", headers: request.headers, body: await buffer(request), gone };
    asked.push(call);
    answer(response, call, asked.length);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { url: `http://127.0.0.1:${port}/v1`, asked, close };
}

/** What a provider is given, with the lines that it logs. */
export function providerContext(): ProviderContext & { readonly lines: object[] } {
  const lines: object[] = [];
  const log = { info: (fields: object) => lines.push(fields), warn: (fields: object) => lines.push(fields) };
  return { clock: systemClock, log, lines };
}

/** The data lines of a streamed answer. */
export function sse(chunks: readonly object[], end = "data: [DONE]\n\n"): string {
  return chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join("") + end;
}

/** One chunk of a streamed answer. */
export function chunk(delta: object): object {
  return { id: "c", object: "chat.completion.chunk", created: 0, model: "m", choices: [{ index: 0, delta }] };
}
