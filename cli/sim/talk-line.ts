const TALK = /^talk (heard|tool|said) (.*)$/s;

/** What a device's log says of its conversation, for people; undefined for any other line of a log. */
export function describeTalk(line: string): string | undefined {
  const [, what, json = ""] = TALK.exec(line) ?? [];
  if (what === undefined) return undefined;
  if (what !== "tool") return `${what} ${json}`;
  const { name, arguments: given } = JSON.parse(json) as { name: string; arguments?: unknown };
  return `tool ${name} ${JSON.stringify(given ?? {})}`;
}
