import { Solar } from "lunar-typescript";
import { Template } from "./template.ts";

/** What a prompt may say that changes: of the moment, the device, and those who speak to it. */
export interface PromptFacts {
  /** ms since the epoch. */
  readonly now: number;
  /** Minutes east of UTC where the device is. */
  readonly timezoneMinutes: number;
  readonly deviceId: string;
  /** What is remembered of earlier conversations; empty for nothing. */
  readonly memory: string;
  /** What other programs say, as lines; empty for nothing. */
  readonly context: string;
}

const EMOJI = "😶🙂😆😂😔😠😭😍😳😲😱🤔😉😎😌🤤😘😏😴😜🙄";
const MEMORY = /<memory>[\s\S]*?<\/memory>/;

/**
 * What tells the model who it is, made anew for each turn: the prompt within the template, with everything filled in that
 * they name. The names are the reference's. Where no template has a place for them, memory and context follow at the end.
 */
export class SystemPrompt {
  readonly #outer: Template | undefined;
  readonly #namesContext: boolean;
  readonly #facts: () => PromptFacts;
  readonly #inner = new Map<string, Template | undefined>();

  /** @param template as text; empty for none. @throws AppError `template-invalid` */
  constructor(template: string, facts: () => PromptFacts) {
    this.#outer = template === "" ? undefined : new Template(template);
    this.#namesContext = template.includes("dynamic_context");
    this.#facts = facts;
  }

  /** The prompt for now. */
  render(prompt: string): string {
    const facts = this.#facts();
    let text = this.#fill(prompt, facts);
    if (facts.context !== "" && !this.#namesContext && !prompt.includes("dynamic_context"))
      text += `\n${facts.context}`;
    const memory = `<memory>\n${facts.memory}\n</memory>`;
    if (MEMORY.test(text)) return text.replace(MEMORY, () => memory);
    return facts.memory === "" ? text : `${text}\n${memory}`;
  }

  #fill(prompt: string, facts: PromptFacts): string {
    const inner = this.#template(prompt);
    // Most prompts name nothing, and a turn begins here: the calendar takes longer than all the rest of it.
    if (!this.#outer && !inner) return prompt;
    const values = valuesOf(facts, /\p{Script=Han}/u.test(prompt));
    const own = inner?.render(values) ?? prompt;
    return this.#outer?.render({ ...values, base_prompt: own }) ?? own;
  }

  /** A prompt with braces that mean something else stays as it is. */
  #template(prompt: string): Template | undefined {
    if (!this.#inner.has(prompt)) {
      let template: Template | undefined;
      try {
        template = /\{[{%#]/.test(prompt) ? new Template(prompt) : undefined;
      } catch {
        // No template, then: it is said as it is written.
        template = undefined;
      }
      this.#inner.clear();
      this.#inner.set(prompt, template);
    }
    return this.#inner.get(prompt);
  }
}

function valuesOf({ now, timezoneMinutes, deviceId, memory, context }: PromptFacts, isChinese: boolean) {
  const [date = "", time = ""] = new Date(now + timezoneMinutes * 60_000).toISOString().split("T");
  return {
    current_time: time.slice(0, 5),
    today_date: date,
    today_weekday: weekdayOf(date, isChinese ? "zh-CN" : "en"),
    lunar_date: lunarDateOf(date),
    emojiList: [...EMOJI],
    dynamic_context: context,
    memory,
    device_id: deviceId,
    // Nobody is located by the address: tools know the weather when they are asked.
    local_address: "",
    weather_info: "",
    assistant_name: isChinese ? "小智" : "XiaoZhi",
  };
}

const weekdayOf = remembered((date: string, locale: string) =>
  new Intl.DateTimeFormat(locale, { weekday: "long", timeZone: "UTC" }).format(new Date(`${date}T00:00Z`)),
);

const lunarDateOf = remembered((date: string) => {
  const [year, month, day] = date.split("-").map(Number) as [number, number, number];
  const lunar = Solar.fromYmd(year, month, day).getLunar();
  return `${lunar.getYearInChinese()}年${lunar.getMonthInChinese()}月${lunar.getDayInChinese()}`;
});

/** The same function, which does not work out again what it was asked lately: all turns of a day ask for the same. */
function remembered<Inputs extends string[]>(compute: (...inputs: Inputs) => string): (...inputs: Inputs) => string {
  const known = new Map<string, string>();
  return (...inputs) => {
    const key = inputs.join();
    const value = known.get(key) ?? compute(...inputs);
    // Three days and two languages at a time, by the time zones.
    if (known.size > 8) known.clear();
    known.set(key, value);
    return value;
  };
}
