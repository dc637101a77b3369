import { z } from "zod";
import { createApiToken, listApiTokens, removeApiToken } from "../../storage/accounts/api-tokens.ts";
import { listAudit } from "../../storage/audit-log.ts";
import {
  apiToken,
  auditEntry,
  auditQuery,
  createdApiToken,
  me,
  newApiToken,
  setupState,
} from "../contract/accounts.ts";
import { listOf } from "../contract/common.ts";
import { notFound } from "../errors.ts";
import { present } from "../http/present.ts";
import { defineRoute } from "../http/route.ts";
import type { RouteMaker } from "../parts.ts";

const DAY_MS = 24 * 3_600_000;

/** What everybody may ask about the console and about himself, and the log of changes. */
export const accountRoutes: readonly RouteMaker[] = [
  ({ accounts, config }) =>
    defineRoute({
      method: "get",
      path: "/api/setup",
      access: "open",
      summary: "Says whether there are accounts, and what a visitor may do.",
      answer: setupState,
      run: async () => ({
        needsFirstAccount: await accounts.needsFirst(),
        allowsRegistration: config().console.registration,
        requiresBinding: config().console.binding,
        passwordLength: config().console.password_length,
      }),
    }),
  ({ config }) =>
    defineRoute({
      method: "get",
      path: "/api/me",
      access: "user",
      summary: "Says who is logged in.",
      answer: me,
      run: ({ principal }) => ({ ...principal, hasDevicePages: config().server.device_pages }),
    }),
  ({ storage }) =>
    defineRoute({
      method: "get",
      path: "/api/tokens",
      access: "user",
      summary: "Lists one's own tokens for programs.",
      answer: z.array(apiToken),
      run: ({ principal }) => listApiTokens(storage, principal.id),
    }),
  ({ storage, clock }) =>
    defineRoute({
      method: "post",
      path: "/api/tokens",
      access: "user",
      summary: "Makes a token for programs.",
      body: newApiToken,
      answer: createdApiToken,
      status: 201,
      run: ({ principal, body: { name, days } }) => {
        const expires = days === undefined ? null : Math.floor(clock.now()) + days * DAY_MS;
        return createApiToken(storage, { owner: principal.id, name, expires });
      },
    }),
  ({ storage }) =>
    defineRoute({
      method: "delete",
      path: "/api/tokens/{id}",
      access: "user",
      summary: "Removes a token.",
      run: async ({ principal, params: { id = "" } }) => {
        if (!(await removeApiToken(storage, principal.id, id))) throw notFound("token", id);
        return { id };
      },
    }),
  ({ storage }) =>
    defineRoute({
      method: "get",
      path: "/api/audit",
      access: "administrator",
      summary: "Lists who changed what.",
      query: auditQuery,
      answer: listOf(auditEntry),
      run: ({ query: { sort: _, ...filter } }) => listAudit(storage, present(filter)),
    }),
];
