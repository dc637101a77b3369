import { isObject, type JsonObject } from "../../protocol/json.ts";
import type { ToolConnection } from "./tool-connection.ts";

/** A tool as its server describes it; only the name is looked at. */
export interface ListedTool {
  readonly name: string;
  readonly description: JsonObject;
}

/** Who has the tool that callers know by a name, and what it is called there. */
export interface ToolOwner {
  readonly connection: ToolConnection;
  readonly name: string;
}

/** The tools of all connections of an agent as one list. */
export interface MergedTools {
  readonly owners: ReadonlyMap<string, ToolOwner>;
  /** Result of `tools/list`, as JSON. */
  readonly result: string;
}

/** The tools on a page of a `tools/list` result; what has no name is no tool. */
export function toolsOnPage(result: unknown): ListedTool[] {
  const tools = isObject(result) && Array.isArray(result["tools"]) ? result["tools"] : [];
  return tools.filter(isObject).flatMap((description) => {
    const { name } = description;
    return typeof name === "string" && name !== "" ? [{ name, description }] : [];
  });
}

/**
 * One list, in the order of the connections. A name that an earlier connection has is led in by that of the later one's
 * server, and counted where that is taken too.
 */
export function mergeTools(connections: readonly ToolConnection[]): MergedTools {
  const owners = new Map<string, ToolOwner>();
  const descriptions: JsonObject[] = [];
  for (const connection of connections) {
    for (const { name, description } of connection.tools) {
      // A server that has a name twice means the same tool.
      if (owners.get(name)?.connection === connection) continue;
      const offered = freeName(name, connection, owners);
      owners.set(offered, { connection, name });
      descriptions.push(offered === name ? description : { ...description, name: offered });
    }
  }
  return { owners, result: JSON.stringify({ tools: descriptions }) };
}

function freeName(name: string, { serverName }: ToolConnection, taken: ReadonlyMap<string, unknown>): string {
  if (!taken.has(name)) return name;
  const led = `${serverName}.${name}`;
  let free = led;
  for (let count = 2; taken.has(free); count++) free = `${led}_${count}`;
  return free;
}
