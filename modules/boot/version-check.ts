import type { Clock } from "../../protocol/clock.ts";
import { DEVICE_HEADERS, type OtaAnswer, parseOtaAnswer } from "../../protocol/ota.ts";
import { type HttpAnswer, httpRequest } from "../io/http/http-request.ts";
import { parseUrl } from "../io/url.ts";
import type { Identity } from "./identity.ts";
import { type DeviceFacts, systemInfo } from "./system-info.ts";

export interface VersionCheckOptions extends DeviceFacts {
  readonly url: string;
  /** Of the own authority, for `https`. */
  readonly authority?: ArrayBuffer | undefined;
  readonly clock: Clock;
}

const TIMEOUT_MS = 30_000;

function headers({ identity, board, version, language }: DeviceFacts): [string, string][] {
  const { signer } = identity;
  const serialNumber: [string, string][] = signer ? [[DEVICE_HEADERS.serialNumber, signer.serialNumber]] : [];
  return [
    [DEVICE_HEADERS.activationVersion, signer ? "2" : "1"],
    [DEVICE_HEADERS.deviceId, identity.deviceId],
    [DEVICE_HEADERS.clientId, identity.clientId],
    ...serialNumber,
    [DEVICE_HEADERS.userAgent, `${board.name}/${version}`],
    [DEVICE_HEADERS.language, language],
    ["Content-Type", "application/json"],
    ["Connection", "close"],
  ];
}

/** One POST to the server, as the device. */
function post(address: string, options: VersionCheckOptions, body: string): Promise<HttpAnswer> {
  const url = parseUrl(address);
  if (!url.scheme.startsWith("http")) throw new Error(`expected an http:// or https:// URL, got "${address}"`);
  const { clock, authority } = options;
  return httpRequest({ method: "POST", url, authority, headers: headers(options), body, timeoutMs: TIMEOUT_MS, clock });
}

/**
 * Asks the server where to connect and whether there is newer firmware.
 *
 * @throws UrlError, ProtocolError, or Error when the server does not answer with status 200
 */
export async function checkVersion(options: VersionCheckOptions): Promise<OtaAnswer> {
  const answer = await post(options.url, options, systemInfo(options));
  if (answer.status !== 200) throw new Error(`expected status 200, got ${answer.status}`);
  return parseOtaAnswer(answer.body);
}

/** What proves that the device holds the key of its serial number; without a serial number there is nothing to prove. */
function activationBody({ signer }: Identity, challenge: string): string {
  if (!signer) return "{}";
  const { serialNumber, sign } = signer;
  const proof = { algorithm: "hmac-sha256", serial_number: serialNumber, challenge, hmac: sign(challenge) };
  return JSON.stringify(proof);
}

/**
 * Asks the server whether the user has entered the device's code: 200 yes, 202 not yet.
 *
 * @throws UrlError, or Error when the server cannot be reached or the board cannot sign
 */
export async function askActivation(options: VersionCheckOptions, challenge: string): Promise<number> {
  const { url, identity } = options;
  const answer = await post(
    `${url}${url.endsWith("/") ? "" : "/"}activate`,
    options,
    activationBody(identity, challenge),
  );
  return answer.status;
}
