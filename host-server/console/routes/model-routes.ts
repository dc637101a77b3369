import { z } from "zod";
import { STAGE_NAMES } from "../../config/schema.ts";
import { createModel, getModel, listModels, type ModelRecord, removeModel, updateModel } from "../../storage/models.ts";
import { isAdministrator, type Principal } from "../accounts/principal.ts";
import { formOf } from "../agents/agent-form.ts";
import { listOf } from "../contract/common.ts";
import {
  type Model,
  model,
  modelChange,
  modelQuery,
  modelTest,
  modelTestResult,
  newModel,
  type ProviderForm,
  providerForm,
  STAGES,
} from "../contract/models.ts";
import { notFound } from "../errors.ts";
import { masked, unmasked } from "../http/masked.ts";
import { present } from "../http/present.ts";
import { defineRoute } from "../http/route.ts";
import { checkModel } from "../models/check-model.ts";
import { testModel } from "../models/test-model.ts";
import type { ConsoleParts, RouteMaker } from "../parts.ts";

const SORTS = ["name", "stage", "provider", "updated"] as const;

/** Providers, and the models that are made of them. */
export const modelRoutes: readonly RouteMaker[] = [
  (parts) =>
    defineRoute({
      method: "get",
      path: "/api/providers",
      access: "user",
      summary: "Lists providers with the forms of their settings.",
      answer: z.array(providerForm),
      run: () => providerForms(parts),
    }),
  ({ storage }) =>
    defineRoute({
      method: "get",
      path: "/api/models",
      access: "user",
      summary: "Lists models.",
      query: modelQuery,
      answer: listOf(model),
      run: async ({ principal, query: { sort, ...filter } }) => {
        const column = SORTS.find((name) => name === sort);
        const page = await listModels(storage, present({ ...filter, sort: column }));
        return { ...page, rows: page.rows.map((row) => shown(row, principal)) };
      },
    }),
  (parts) =>
    defineRoute({
      method: "post",
      path: "/api/models",
      access: "administrator",
      summary: "Makes a model.",
      body: newModel,
      answer: model,
      status: 201,
      run: async ({ principal, body }) => {
        checkModel(parts, body);
        const made = await createModel(parts.storage, body);
        await parts.refreshAgents();
        return shown(made, principal);
      },
    }),
  (parts) =>
    defineRoute({
      method: "post",
      path: "/api/models/test",
      access: "administrator",
      summary: "Tries a provider with these settings.",
      body: modelTest,
      answer: modelTestResult,
      isQuiet: true,
      run: async ({ body: { model: id, ...given } }) => {
        const known = id === undefined ? {} : (await modelOf(parts, id)).settings;
        return testModel(parts, { ...given, settings: unmasked(given.settings, known) });
      },
    }),
  (parts) =>
    defineRoute({
      method: "get",
      path: "/api/models/{id}",
      access: "user",
      summary: "Gives a model.",
      answer: model,
      run: async ({ principal, params: { id = "" } }) => shown(await modelOf(parts, id), principal),
    }),
  (parts) =>
    defineRoute({
      method: "patch",
      path: "/api/models/{id}",
      access: "administrator",
      summary: "Changes a model.",
      body: modelChange,
      answer: model,
      run: async ({ principal, params: { id = "" }, body }) => {
        const before = await modelOf(parts, id);
        const settings = body.settings && unmasked(body.settings, before.settings);
        const change = present({ ...body, settings });
        checkModel(parts, { ...before, ...change });
        await updateModel(parts.storage, id, change);
        await parts.refreshAgents();
        return shown(await modelOf(parts, id), principal);
      },
    }),
  (parts) =>
    defineRoute({
      method: "delete",
      path: "/api/models/{id}",
      access: "administrator",
      summary: "Removes a model.",
      run: async ({ params: { id = "" } }) => {
        await modelOf(parts, id);
        await removeModel(parts.storage, id);
        await parts.refreshAgents();
        return { id };
      },
    }),
];

function providerForms({ providers, config }: Pick<ConsoleParts, "providers" | "config">): ProviderForm[] {
  return STAGES.flatMap((stage) => {
    const inUse = [config()[stage].use].flat();
    return (providers[stage] ?? []).map(({ name, settings }) => {
      return { stage, name, isInUse: inUse.includes(name), schema: formOf(settings) };
    });
  });
}

async function modelOf({ storage }: Pick<ConsoleParts, "storage">, id: string): Promise<ModelRecord> {
  const found = await getModel(storage, id);
  if (!found) throw notFound("model", id);
  return found;
}

/** Users choose among models by name; what they are made of is the administrators'. */
function shown(row: ModelRecord, principal: Principal): Model {
  const stage = STAGES.find((name) => name === row.stage) ?? STAGE_NAMES[0];
  return { ...row, stage, settings: isAdministrator(principal) ? masked(row.settings) : {} };
}
