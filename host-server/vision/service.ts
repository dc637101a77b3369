import type { Hono } from "hono";
import { type Clock, calendarTime } from "../../protocol/clock.ts";
import { givenAddress } from "../config/endpoint-addresses.ts";
import type { Config } from "../config/schema.ts";
import { LlmError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Picture, Vllm } from "../providers/vllm.ts";
import type { DeviceIdentity } from "../session/link.ts";
import { within } from "../time-limit.ts";
import { createVisionRoutes, VISION_PATH } from "./routes.ts";
import { signVisionToken, visionTokenOwner } from "./token.ts";

export interface VisionServiceOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  /** Secret that tokens are signed with. */
  readonly secret: string;
  /** The model with eyes; undefined when there is none. */
  readonly vllm: Vllm | undefined;
  /** host:port of the HTTP port, for a device that called this server by this name. */
  readonly address: (host: string | undefined) => string;
}

/** Answers questions about pictures, and tells devices where to send them. */
export class VisionService {
  readonly #options: VisionServiceOptions;

  constructor(options: VisionServiceOptions) {
    this.#options = options;
  }

  /**
   * What a device is told when its tools are read; undefined when nobody could explain its pictures. Who has come over TLS sends
   * pictures so, too: to the name by which it trusted us, or, where it gave none, to the address that our own certificate is for.
   */
  offerFor({ deviceId, host, isEncrypted = false }: DeviceIdentity): { url: string; token: string } | undefined {
    const { secret, vllm, config } = this.#options;
    if (!vllm) return undefined;
    const staysEncrypted = isEncrypted && (host !== undefined || config.server.tls.own);
    return { url: this.#url(host, staysEncrypted), token: signVisionToken(secret, deviceId, this.#seconds()) };
  }

  routes(): Hono {
    const { log, secret, vllm } = this.#options;
    return createVisionRoutes({
      log,
      ownerOf: (token) => visionTokenOwner(secret, token, this.#seconds()),
      explain: vllm && ((picture, question, signal) => this.#explain(vllm, { picture, question }, signal)),
      url: () => this.#url(undefined),
    });
  }

  /** Not longer than a tool may take, for the answer is one. */
  #explain(vllm: Vllm, asked: { picture: Picture; question: string }, signal: AbortSignal): Promise<string> {
    const { clock, config } = this.#options;
    const late = new AbortController();
    const error = (ms: number) => {
      late.abort();
      return new LlmError("vllm-timeout", `no answer about a picture came for ${ms} ms`);
    };
    const answer = vllm.explain(asked.picture, asked.question, AbortSignal.any([signal, late.signal]));
    return within(answer, { clock, ms: config.tool_call_timeout * 1000, error });
  }

  #url(host: string | undefined, isEncrypted = false): string {
    const { config, address } = this.#options;
    const scheme = isEncrypted ? "https" : "http";
    return givenAddress(config.server.vision_explain) || `${scheme}://${address(host)}${VISION_PATH}`;
  }

  #seconds(): number {
    return Math.floor(calendarTime(this.#options.clock) / 1000);
  }
}
