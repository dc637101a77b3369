import { AppError } from "../errors.ts";
import { type PostWay, postJson } from "./post-json.ts";
import type { ServerChoice } from "./server-list.ts";

/** Port of a server's API, where nothing else is said. */
const API_PORT = 8002;

/** What a server is to say, and through whom. */
export interface SayOrder {
  readonly deviceId: string;
  readonly text: string;
}

/** The `signal` ends the wait: the session is over. */
type SayWay = Omit<PostWay, "token"> & { readonly signal: AbortSignal };

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
  try {
    const { status, error } = await postJson(target, { text }, { ...way, token: auth_key });
    if (status !== 200) throw cannotSpeak(target.origin, `it answered ${status}${error && `: ${error}`}`);
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

function cannotSpeak(server: string, why: string, cause?: unknown): AppError {
  return new AppError("cannot-speak", `cannot-speak: ${server}: ${why}`, { cause });
}
