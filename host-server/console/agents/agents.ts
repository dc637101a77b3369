import type { JsonObject } from "../../../protocol/json.ts";
import { type AgentRecord, getAgent } from "../../storage/agents.ts";
import { getTemplate } from "../../storage/fleet/templates.ts";
import { tagsOfMany } from "../../storage/labels.ts";
import { owns, type Principal } from "../accounts/principal.ts";
import type { Agent } from "../contract/agents.ts";
import { notFound } from "../errors.ts";
import { masked } from "../http/masked.ts";
import type { ConsoleParts } from "../parts.ts";

type Needs = Pick<ConsoleParts, "storage">;

/** Rows as the API shows them: with tags, without secrets. */
export async function shownAgents({ storage }: Needs, rows: readonly AgentRecord[]): Promise<Agent[]> {
  const ids = rows.map(({ id }) => id);
  const tags = await tagsOfMany(storage, ids);
  return rows.map((row) => ({ ...row, settings: masked(row.settings), tags: [...(tags.get(row.id) ?? [])] }));
}

/** An agent of somebody. @throws ConsoleError `not-found`, for another's agent too */
export async function ownAgent({ storage }: Needs, principal: Principal, id: string): Promise<AgentRecord> {
  const agent = await getAgent(storage, id);
  if (!agent || !owns(principal, agent.owner)) throw notFound("agent", id);
  return agent;
}

/** The same as the API shows it. */
export async function shownAgent(parts: Needs, principal: Principal, id: string): Promise<Agent> {
  const [agent] = await shownAgents(parts, [await ownAgent(parts, principal, id)]);
  return agent as Agent;
}

/** The settings that a new agent begins with. @throws ConsoleError `not-found` */
export async function firstSettings(
  parts: Needs,
  principal: Principal,
  { template, copyOf }: { readonly template?: string | undefined; readonly copyOf?: string | undefined },
): Promise<JsonObject> {
  if (copyOf !== undefined) return (await ownAgent(parts, principal, copyOf)).settings;
  if (template === undefined) return {};
  const found = await getTemplate(parts.storage, template);
  if (!found) throw notFound("template", template);
  return found.settings;
}
