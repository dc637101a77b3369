import { z } from "zod";
import { lanAddress, requestedHost } from "../../ota/lan-address.ts";
import { listSnapshots, restoreSnapshot } from "../../storage/agent-snapshots.ts";
import { getMemory, listMemories, removeMemory, setMemory } from "../../storage/memories.ts";
import { checkSettings } from "../agents/agent-settings.ts";
import { ownAgent, shownAgent } from "../agents/agents.ts";
import { differences } from "../agents/differences.ts";
import { agent, agentMcp, difference, memory, memoryChange, restoreRequest, snapshot } from "../contract/agents.ts";
import { ConsoleError, notFound } from "../errors.ts";
import { masked } from "../http/masked.ts";
import { defineRoute } from "../http/route.ts";
import type { ConsoleParts, RouteMaker } from "../parts.ts";

/** What belongs to one agent: what it was, and what it remembers. */
export const agentDetailRoutes: readonly RouteMaker[] = [
  (parts) =>
    defineRoute({
      method: "get",
      path: "/api/agents/{id}/snapshots",
      access: "user",
      summary: "Lists what an agent was before each change.",
      answer: z.array(snapshot),
      run: async ({ principal, params: { id = "" } }) => {
        await ownAgent(parts, principal, id);
        const list = await listSnapshots(parts.storage, id);
        return list.map((row) => ({ ...row, settings: masked(row.settings) }));
      },
    }),
  (parts) =>
    defineRoute({
      method: "get",
      path: "/api/agents/{id}/snapshots/{version}/diff",
      access: "user",
      summary: "Says what has changed since then.",
      answer: z.array(difference),
      run: async ({ principal, params: { id = "", version = "" } }) => {
        const now = await ownAgent(parts, principal, id);
        const then = await snapshotOf(parts, id, Number(version));
        const whole = ({ name, settings }: { name: string; settings: object }) => ({
          name,
          ...masked({ ...settings }),
        });
        return differences(whole(then), whole(now));
      },
    }),
  (parts) =>
    defineRoute({
      method: "post",
      path: "/api/agents/{id}/restore",
      access: "user",
      summary: "Makes an agent what it was, as a new version.",
      body: restoreRequest,
      answer: agent,
      run: async ({ principal, params: { id = "" }, body: { version, seen } }) => {
        const now = await ownAgent(parts, principal, id);
        if (seen !== undefined && seen !== now.version) {
          throw new ConsoleError(409, "storage-conflict", `agent ${id} is at version ${now.version}, not ${seen}`);
        }
        const { settings } = await snapshotOf(parts, id, version);
        await checkSettings(parts, principal, { settings, before: settings });
        await restoreSnapshot(parts.storage, id, version, principal.id);
        await parts.refreshAgents();
        return shownAgent(parts, principal, id);
      },
    }),
  (parts) =>
    defineRoute({
      method: "get",
      path: "/api/agents/{id}/mcp",
      access: "user",
      summary: "Gives the address at which MCP servers bring tools to an agent, and those tools.",
      answer: agentMcp,
      run: async ({ principal, params: { id = "" }, context }) => {
        await ownAgent(parts, principal, id);
        const host = requestedHost(context.req.header("host")) ?? lanAddress();
        const { url, tools } = parts.endpointOf(id, host);
        return { url, tools: tools.map(({ name, description }) => ({ name, description })) };
      },
    }),
  (parts) =>
    defineRoute({
      method: "get",
      path: "/api/agents/{id}/memories",
      access: "user",
      summary: "Lists what an agent remembers, device by device.",
      answer: z.array(memory),
      run: async ({ principal, params: { id = "" } }) => {
        await ownAgent(parts, principal, id);
        return listMemories(parts.storage, id);
      },
    }),
  (parts) =>
    defineRoute({
      method: "patch",
      path: "/api/agents/{id}/memories/{device}",
      access: "user",
      summary: "Has an agent remember something else of a device.",
      body: memoryChange,
      answer: memory.omit({ updated: true }),
      run: async ({ principal, params: { id = "", device = "" }, body: { text } }) => {
        await ownAgent(parts, principal, id);
        await setMemory(parts.storage, device, id, text);
        return { device, text: await getMemory(parts.storage, device, id) };
      },
    }),
  (parts) =>
    defineRoute({
      method: "delete",
      path: "/api/agents/{id}/memories/{device}",
      access: "user",
      summary: "Has an agent forget a device.",
      run: async ({ principal, params: { id = "", device = "" } }) => {
        await ownAgent(parts, principal, id);
        if (!(await removeMemory(parts.storage, device, id))) throw notFound("memory of", device);
        return { id: device };
      },
    }),
];

async function snapshotOf({ storage }: Pick<ConsoleParts, "storage">, agentId: string, version: number) {
  const found = (await listSnapshots(storage, agentId)).find((row) => row.version === version);
  if (!found) throw notFound("snapshot", version);
  return found;
}
