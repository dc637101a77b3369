const TALK = /^talk (heard|tool|said) (.*)$/s;

/** What a device's log says of its conversation, for people; undefined for any other line of a log. */
export function describeTalk(line: string): string | undefined {
  const [, what, json = ""] = TALK.exec(line) ?? [];
  // Servers show the name of a tool in the place of what was heard.
  if (what === undefined || (what === "heard" && json.startsWith('"% '))) return undefined;
  if (what !== "tool") return `${what} ${json}`;
  const { name, arguments: given } = JSON.parse(json) as { name: string; arguments?: unknown };
  return `tool ${name} ${JSON.stringify(given ?? {})}`;
}
