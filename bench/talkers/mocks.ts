import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { SpeechBank } from "./speech-bank.ts";

const TOKEN_MS = 30;
const VOICE_MS = 100;
/** ms of sound in the sentences of an answer. */
const SENTENCE_MS = [1_200, 2_100, 2_100];

/** What the mocks did in a talker's turn, ms of `performance.now()`. */
export interface MockTimes {
  askedAt: number;
  /** When each token was sent. */
  readonly tokensAt: number[];
  /** ms from the request to the tokens of the first clause, as they were really sent; undefined before that. */
  clauseMs?: number;
  /** ms from the first request for speech to its sound. */
  voiceMs?: number;
}

interface SpeechRequest {
  readonly input: string;
  readonly response_format?: string;
}

/** A language model and a voice as HTTP servers: a token in 30 ms, a sentence in 100 ms, and each sentence of its own. */
export class Mocks {
  readonly #bank: SpeechBank;
  readonly #server: Server;
  readonly times = new Map<number, MockTimes>();

  constructor(bank: SpeechBank) {
    this.#bank = bank;
    this.#server = createServer({ noDelay: true, keepAliveTimeout: 60_000 }, (request, response) => {
      void this.#answer(request, response);
    });
  }

  /** Opens the port, 0 for any; gives the base address of both. */
  async start(port = 0): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject).listen(port, "127.0.0.1", 1024, resolve);
    });
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const askedAt = performance.now();
    const body = request.method === "POST" ? JSON.parse(String(await buffer(request))) : {};
    if (request.url?.endsWith("/chat/completions")) this.#think(body, askedAt, response);
    else if (request.url?.endsWith("/audio/speech")) this.#speak(body, askedAt, response);
    else response.writeHead(404).end();
  }

  #think(body: { messages: { role: string; content: string }[] }, askedAt: number, response: ServerResponse): void {
    const words = body.messages.findLast(({ role }) => role === "user")?.content ?? "";
    const talker = Number(/\d+/.exec(words)?.[0]);
    const times: MockTimes = { askedAt, tokensAt: [] };
    this.times.set(talker, times);
    response.writeHead(200, { "content-type": "text/event-stream" });
    const tokens = answerOf(talker);
    const sendNext = (at: number) => {
      const token = tokens[at];
      if (token === undefined) return response.end("data: [DONE]\n\n");
      times.tokensAt.push(performance.now());
      response.write(`data: ${JSON.stringify(chunk(token))}\n\n`);
      plan(at + 1);
    };
    // By the beginning, so that late timers do not add up.
    const plan = (at: number) => {
      const dueAt = askedAt + Math.min(at + 1, tokens.length) * TOKEN_MS;
      setTimeout(() => sendNext(at), Math.max(0, dueAt - performance.now()));
    };
    plan(0);
  }

  #speak({ input, response_format }: SpeechRequest, askedAt: number, response: ServerResponse): void {
    const talker = Number(/\d+/.exec(input)?.[0]);
    const times = this.times.get(talker);
    const tokens = answerOf(talker);
    const sentence = tokens
      .filter((token) => token.endsWith("。"))
      .findIndex((_, at) => sentenceOf(talker, at) === input);
    const isFirst = times !== undefined && times.clauseMs === undefined;
    if (isFirst) times.clauseMs = clauseMs(times, tokens, input);
    setTimeout(
      () => {
        if (isFirst) times.voiceMs = performance.now() - askedAt;
        const sound = this.#bank.cut(talker * 3 + sentence, SENTENCE_MS[Math.max(0, sentence)] as number);
        const bytes = response_format === "wav" ? this.#bank.wav(sound) : sound;
        response
          .writeHead(200, { "content-type": "application/octet-stream", "content-length": bytes.length })
          .end(bytes);
      },
      Math.max(0, askedAt + VOICE_MS - performance.now()),
    );
  }
}

/** The answer to a talker: three sentences that no other talker gets. */
function answerOf(talker: number): string[] {
  const [one, two, three] = sentencesOf(talker);
  return [...(one as string[]), ...(two as string[]), ...(three as string[])];
}

function sentencesOf(talker: number): string[][] {
  return [
    ["你好", `${talker}号`, "。"],
    ["今天", `${talker}号`, "的", "天气", "很好", "适合", "出去", "走走", "看看", "花", "。"],
    ["晚上", `${talker}号`, "可以", "早点", "休息", "明天", "还有", "很多", "事情", "要做", "。"],
  ];
}

function sentenceOf(talker: number, at: number): string {
  return (sentencesOf(talker)[at] ?? []).join("");
}

/** ms until all of this clause had been sent. */
function clauseMs({ askedAt, tokensAt }: MockTimes, tokens: readonly string[], clause: string): number {
  let text = "";
  const last = tokens.findIndex((token) => {
    text += token;
    return text.includes(clause);
  });
  return (tokensAt[last] ?? tokensAt.at(-1) ?? askedAt) - askedAt;
}

function chunk(content: string): object {
  return {
    id: "c",
    object: "chat.completion.chunk",
    created: 0,
    model: "mock",
    choices: [{ index: 0, delta: { content } }],
  };
}
