import { z } from "zod";
import { createAgent, listAgents, removeAgent, updateAgent } from "../../storage/agents.ts";
import { listTags, setTags } from "../../storage/labels.ts";
import { inTransaction } from "../../storage/storage.ts";
import { listVoiceprints } from "../../storage/voiceprints.ts";
import { demandAdministrator, isAdministrator } from "../accounts/principal.ts";
import { agentForm } from "../agents/agent-form.ts";
import { checkSettings } from "../agents/agent-settings.ts";
import { firstSettings, ownAgent, shownAgent, shownAgents } from "../agents/agents.ts";
import { forgetRecording } from "../agents/voices.ts";
import { agent, agentChange, agentForm as agentFormShape, agentQuery, newAgent } from "../contract/agents.ts";
import { listOf } from "../contract/common.ts";
import { unmasked } from "../http/masked.ts";
import { present } from "../http/present.ts";
import { defineRoute } from "../http/route.ts";
import type { RouteMaker } from "../parts.ts";

const SORTS = ["name", "created", "updated"] as const;

/** Agents, and what their form is drawn from. */
export const agentRoutes: readonly RouteMaker[] = [
  (parts) =>
    defineRoute({
      method: "get",
      path: "/api/agent-form",
      access: "user",
      summary: "Describes the settings of agents and the plugins.",
      answer: agentFormShape,
      run: ({ principal }) => agentForm(parts, principal),
    }),
  ({ storage }) =>
    defineRoute({
      method: "get",
      path: "/api/agent-tags",
      access: "user",
      summary: "Lists the tags in use.",
      answer: z.array(z.string()),
      run: ({ principal }) => listTags(storage, isAdministrator(principal) ? undefined : principal.id),
    }),
  (parts) =>
    defineRoute({
      method: "get",
      path: "/api/agents",
      access: "user",
      summary: "Lists agents.",
      query: agentQuery,
      answer: listOf(agent),
      run: async ({ principal, query: { sort, owner, ...filter } }) => {
        const whose = isAdministrator(principal) ? owner : principal.id;
        const column = SORTS.find((name) => name === sort);
        const page = await listAgents(parts.storage, present({ ...filter, owner: whose, sort: column }));
        return { ...page, rows: await shownAgents(parts, page.rows) };
      },
    }),
  (parts) =>
    defineRoute({
      method: "post",
      path: "/api/agents",
      access: "user",
      summary: "Makes an agent, from a template or as a copy where one is named.",
      body: newAgent,
      answer: agent,
      status: 201,
      run: async ({ principal, body: { name, settings, tags, ...from } }) => {
        const first = await firstSettings(parts, principal, from);
        const all = { ...first, ...unmasked(settings, first) };
        await checkSettings(parts, principal, { settings: all, before: first });
        const { id } = await inTransaction(parts.storage, async (scope) => {
          const made = await createAgent(scope, { name, owner: principal.id, settings: all });
          await setTags(scope, made.id, tags);
          return made;
        });
        await parts.refreshAgents();
        return shownAgent(parts, principal, id);
      },
    }),
  (parts) =>
    defineRoute({
      method: "get",
      path: "/api/agents/{id}",
      access: "user",
      summary: "Gives an agent.",
      answer: agent,
      run: ({ principal, params: { id = "" } }) => shownAgent(parts, principal, id),
    }),
  (parts) =>
    defineRoute({
      method: "patch",
      path: "/api/agents/{id}",
      access: "user",
      summary: "Changes an agent; what it was is kept.",
      body: agentChange,
      answer: agent,
      run: async ({ principal, params: { id = "" }, body: { settings, tags, ...change } }) => {
        const before = await ownAgent(parts, principal, id);
        if (change.owner !== undefined) demandAdministrator(principal, "owner");
        const whole = settings && unmasked(settings, before.settings);
        if (whole) await checkSettings(parts, principal, { settings: whole, before: before.settings });
        await inTransaction(parts.storage, async (scope) => {
          const values = present({ ...change, settings: whole, author: principal.id });
          const { version: _, author: __, ...real } = values;
          if (Object.keys(real).length > 0) await updateAgent(scope, id, values);
          if (tags) await setTags(scope, id, tags);
        });
        await parts.refreshAgents();
        return shownAgent(parts, principal, id);
      },
    }),
  (parts) =>
    defineRoute({
      method: "delete",
      path: "/api/agents/{id}",
      access: "user",
      summary: "Removes an agent; its devices have none afterwards.",
      run: async ({ principal, params: { id = "" } }) => {
        await ownAgent(parts, principal, id);
        for (const voice of await listVoiceprints(parts.storage, id)) await forgetRecording(parts, voice);
        await removeAgent(parts.storage, id);
        await parts.refreshAgents();
        return { id };
      },
    }),
];
