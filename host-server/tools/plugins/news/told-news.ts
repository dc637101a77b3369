import { ToolError } from "../../../errors.ts";
import type { Web } from "../../web.ts";
import type { NewsItem } from "./feed.ts";
import { readableText } from "./readable-text.ts";

/** Devices whose news are remembered. */
const REMEMBERED_DEVICES = 1_000;
const MAX_CHARACTERS = 2_000;

/** Arguments that every news tool has, beside where from: as the reference, and which piece is meant. */
export const DETAIL_PARAMS = {
  detail: {
    type: "boolean",
    description: "True when the user wants to hear more of a piece of news that you told before.",
    default: false,
  },
  title: { type: "string", description: "With detail: the title of that piece.", default: "" },
} as const;

/** The news that devices were told last, so that users can ask for more of one. */
export class ToldNews {
  readonly #web: Web;
  readonly #told = new Map<string, readonly NewsItem[]>();

  constructor(web: Web) {
    this.#web = web;
  }

  remember(deviceId: string, items: readonly NewsItem[]): void {
    this.#told.delete(deviceId);
    this.#told.set(deviceId, items);
    const [oldest] = this.#told.keys();
    if (this.#told.size > REMEMBERED_DEVICES && oldest !== undefined) this.#told.delete(oldest);
  }

  /** The text of a piece that the device was told of. @throws ToolError when there was none, or it cannot be read */
  async detail(deviceId: string, title: string, signal: AbortSignal): Promise<{ title: string; text: string }> {
    const items = this.#told.get(deviceId) ?? [];
    const item = items.find((candidate) => title !== "" && candidate.title.includes(title.trim())) ?? items[0];
    if (!item) throw new ToolError("news-untold", "No news were told before: ask for the news first.");
    if (item.url === "") return { title: item.title, text: item.summary };
    const page = await this.#web.text(item.url, { signal, isGiven: true });
    return { title: item.title, text: readableText(page, MAX_CHARACTERS) || item.summary };
  }
}
