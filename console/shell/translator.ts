/** Texts by name; a name may stand within another: `device.online`. */
export interface Texts {
  readonly [name: string]: string | Texts;
}

/** What stands in the place of `%{name}`. `_` is the text where there is none of that name. */
export interface Fillings {
  readonly smart_count?: number;
  readonly _?: string;
  readonly [name: string]: unknown;
}

function find(texts: Texts, key: string): string | undefined {
  let found: string | Texts | undefined = texts;
  for (const name of key.split(".")) {
    if (typeof found !== "object" || !Object.hasOwn(found, name)) return undefined;
    found = found[name];
  }
  return typeof found === "string" ? found : undefined;
}

/** `Device |||| Devices`: the first for one, the last for any other number. */
function formFor(text: string, count: number | undefined): string {
  if (count === undefined) return text;
  const [one = text, ...more] = text.split("||||");
  return (count === 1 ? one : (more.at(-1) ?? one)).trim();
}

/** The text of a name, with its numbers and words filled in; the name itself where there is neither a text nor a `_`. */
export function translated(texts: Texts, key: string, fillings: Fillings = {}): string {
  const text = formFor(find(texts, key) ?? fillings._ ?? key, fillings.smart_count);
  return text.replace(/%\{(\w+)\}/g, (place, name) => String(fillings[name] ?? place));
}
