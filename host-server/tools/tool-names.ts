/** Longest name that the interfaces of models accept. */
const MAX_LENGTH = 64;
const UNFIT = /[^A-Za-z0-9_\-\u4e00-\u9fff]/g;

/** A tool before its name is made fit; `family` is what its description may speak of: the tools of the same source. */
export interface NamedTool {
  readonly name: string;
  readonly description: string;
  readonly family: unknown;
}

type Renaming = readonly [from: string, to: string];

/** Characters that no model refuses in a tool name stay; all others become `_`. At most 64 characters. */
export function sanitizeToolName(name: string): string {
  return name.replace(UNFIT, "_").slice(0, MAX_LENGTH) || "tool";
}

/**
 * The same tools under names that are fit and unique: a name that is fit stays as it is, and none is lost when two
 * become one. Descriptions speak of the tools of their family by the new names.
 *
 * @param tools with names that differ
 */
export function withKnownNames<T extends NamedTool>(tools: readonly T[]): readonly Pick<T, "name" | "description">[] {
  const taken = new Set(tools.map(({ name }) => name).filter(isFit));
  const names = tools.map(({ name }) => (isFit(name) ? name : freeName(name, taken)));
  const renamed = new Map<unknown, Renaming[]>(tools.map(({ family }) => [family, []]));
  for (const [at, { name, family }] of tools.entries()) {
    if (name !== names[at]) renamed.get(family)?.push([name, names[at] as string]);
  }
  return tools.map(({ description, family }, at) => ({
    name: names[at] as string,
    description: translated(description, renamed.get(family) ?? []),
  }));
}

function isFit(name: string): boolean {
  return name === sanitizeToolName(name);
}

/** Takes the first free name. */
function freeName(name: string, taken: Set<string>): string {
  const wanted = sanitizeToolName(name);
  let free = wanted;
  for (let count = 2; taken.has(free); count++) {
    const ending = `_${count}`;
    free = wanted.slice(0, MAX_LENGTH - ending.length) + ending;
  }
  taken.add(free);
  return free;
}

/** Longer names first: one may begin with another. */
function translated(text: string, renamed: readonly Renaming[]): string {
  const longestFirst = [...renamed].sort(([a], [b]) => b.length - a.length);
  return longestFirst.reduce((said, [from, to]) => (from === "" ? said : said.replaceAll(from, to)), text);
}
