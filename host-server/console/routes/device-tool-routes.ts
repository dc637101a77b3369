import { z } from "zod";
import { revokeAccess } from "../../storage/devices.ts";
import { deviceTool, toolCall, toolResult } from "../contract/devices.ts";
import { callTool, reboot } from "../device-actions.ts";
import { ownDevice } from "../devices.ts";
import { defineRoute } from "../http/route.ts";
import type { RouteMaker } from "../parts.ts";

/** What a device that is connected can do. */
export const deviceToolRoutes: readonly RouteMaker[] = [
  (parts) =>
    defineRoute({
      method: "get",
      path: "/api/devices/{id}/tools",
      access: "user",
      summary: "Lists the tools that a device brings; none while it is away.",
      answer: z.array(deviceTool),
      run: async ({ principal, params }) => {
        const { id } = await ownDevice(parts, principal, params["id"] ?? "");
        return [...(await parts.reach.toolsOf(id))];
      },
    }),
  (parts) =>
    defineRoute({
      method: "post",
      path: "/api/devices/{id}/tools",
      access: "user",
      summary: "Calls a tool of a device.",
      body: toolCall,
      answer: toolResult,
      run: async ({ principal, params, body }) => {
        const { id } = await ownDevice(parts, principal, params["id"] ?? "");
        return callTool(parts, id, body);
      },
    }),
  (parts) =>
    defineRoute({
      method: "post",
      path: "/api/devices/{id}/reboot",
      access: "user",
      summary: "Has a device start anew.",
      answer: toolResult,
      run: async ({ principal, params }) => {
        const { id } = await ownDevice(parts, principal, params["id"] ?? "");
        await reboot(parts, id);
        return { text: "", isError: false };
      },
    }),
  (parts) =>
    defineRoute({
      method: "post",
      path: "/api/devices/{id}/revoke",
      access: "user",
      summary: "Makes worthless what a device was given to log in with, and ends its connection.",
      run: async ({ principal, params }) => {
        const { id } = await ownDevice(parts, principal, params["id"] ?? "");
        await revokeAccess(parts.storage, id);
        await parts.refreshAgents();
        parts.reach.disconnect(id);
        return { id };
      },
    }),
];
