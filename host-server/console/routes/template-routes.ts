import { z } from "zod";
import {
  createTemplate,
  getTemplate,
  listTemplates,
  removeTemplate,
  type TemplateRecord,
  updateTemplate,
} from "../../storage/fleet/templates.ts";
import { checkSettings } from "../agents/agent-settings.ts";
import { newTemplate, template, templateChange } from "../contract/agents.ts";
import { notFound } from "../errors.ts";
import { masked, unmasked } from "../http/masked.ts";
import { present } from "../http/present.ts";
import { defineRoute } from "../http/route.ts";
import type { ConsoleParts, RouteMaker } from "../parts.ts";

/** What agents are made from. */
export const templateRoutes: readonly RouteMaker[] = [
  ({ storage }) =>
    defineRoute({
      method: "get",
      path: "/api/templates",
      access: "user",
      summary: "Lists templates.",
      answer: z.array(template),
      run: async () => (await listTemplates(storage)).map(shown),
    }),
  (parts) =>
    defineRoute({
      method: "get",
      path: "/api/templates/{id}",
      access: "user",
      summary: "Gives a template.",
      answer: template,
      run: async ({ params: { id = "" } }) => shown(await templateOf(parts, id)),
    }),
  (parts) =>
    defineRoute({
      method: "post",
      path: "/api/templates",
      access: "administrator",
      summary: "Makes a template.",
      body: newTemplate,
      answer: template,
      status: 201,
      run: async ({ principal, body }) => {
        await checkSettings(parts, principal, { settings: body.settings, before: {} });
        return shown(await createTemplate(parts.storage, body));
      },
    }),
  (parts) =>
    defineRoute({
      method: "patch",
      path: "/api/templates/{id}",
      access: "administrator",
      summary: "Changes a template.",
      body: templateChange,
      answer: template,
      run: async ({ principal, params: { id = "" }, body }) => {
        const before = await templateOf(parts, id);
        const settings = body.settings && unmasked(body.settings, before.settings);
        if (settings) await checkSettings(parts, principal, { settings, before: before.settings });
        await updateTemplate(parts.storage, id, present({ ...body, settings }));
        return shown(await templateOf(parts, id));
      },
    }),
  (parts) =>
    defineRoute({
      method: "delete",
      path: "/api/templates/{id}",
      access: "administrator",
      summary: "Removes a template.",
      run: async ({ params: { id = "" } }) => {
        await templateOf(parts, id);
        await removeTemplate(parts.storage, id);
        return { id };
      },
    }),
];

async function templateOf({ storage }: Pick<ConsoleParts, "storage">, id: string): Promise<TemplateRecord> {
  const found = await getTemplate(storage, id);
  if (!found) throw notFound("template", id);
  return found;
}

function shown(record: TemplateRecord): TemplateRecord {
  return { ...record, settings: masked(record.settings) };
}
