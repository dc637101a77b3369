import { z } from "zod";
import { createDevice, listDevices, removeDevice, updateDevice } from "../../storage/devices.ts";
import { listGroups, setGroups } from "../../storage/labels.ts";
import { demandAdministrator, isAdministrator } from "../accounts/principal.ts";
import { listOf } from "../contract/common.ts";
import {
  batchAnswer,
  batchRequest,
  bindRequest,
  device,
  deviceChange,
  deviceGroup,
  deviceQuery,
  newDevice,
} from "../contract/devices.ts";
import { batch } from "../device-actions.ts";
import { checkAgent, onlineIds, ownDevice, shownDevice, shownDevices } from "../devices.ts";
import { present } from "../http/present.ts";
import { defineRoute } from "../http/route.ts";
import type { RouteMaker } from "../parts.ts";

const SORTS = ["seen", "id", "alias", "board", "version", "created"] as const;

/** Devices, their groups, and what is done with several of them. */
export const deviceRoutes: readonly RouteMaker[] = [
  (parts) =>
    defineRoute({
      method: "get",
      path: "/api/devices",
      access: "user",
      summary: "Lists devices.",
      query: deviceQuery,
      answer: listOf(device),
      run: async ({ principal, query: { online, sort, owner, ...filter } }) => {
        const now = online === undefined ? [] : [...onlineIds(parts)];
        const presence = online === undefined ? {} : online ? { ids: now } : { notIds: now };
        const whose = isAdministrator(principal) ? owner : principal.id;
        const column = SORTS.find((name) => name === sort);
        const page = await listDevices(parts.storage, present({ ...filter, ...presence, owner: whose, sort: column }));
        return { ...page, rows: await shownDevices(parts, page.rows) };
      },
    }),
  (parts) =>
    defineRoute({
      method: "post",
      path: "/api/devices",
      access: "administrator",
      summary: "Adds a device without its code.",
      body: newDevice,
      answer: device,
      status: 201,
      run: async ({ principal, body: { id, ...values } }) => {
        await checkAgent(parts, principal, values.agent);
        const mac = id.replaceAll("-", ":");
        await createDevice(parts.storage, mac, { ...values, owner: principal.id });
        await parts.refreshAgents();
        return shownDevice(parts, principal, mac);
      },
    }),
  (parts) =>
    defineRoute({
      method: "post",
      path: "/api/devices/bind",
      access: "user",
      summary: "Binds a device by the code that it says.",
      body: bindRequest,
      answer: device,
      run: async ({ principal, body }) => {
        await checkAgent(parts, principal, body.agent);
        const id = await parts.binder.bind(principal, body);
        await parts.refreshAgents();
        parts.reach.disconnect(id);
        return shownDevice(parts, principal, id);
      },
    }),
  (parts) =>
    defineRoute({
      method: "post",
      path: "/api/devices/batch",
      access: "user",
      summary: "Does the same with several devices; each has its result.",
      body: batchRequest,
      answer: batchAnswer,
      run: async ({ principal, body }) => {
        const answer = await batch(parts, principal, body);
        await parts.refreshAgents();
        return answer;
      },
    }),
  (parts) =>
    defineRoute({
      method: "get",
      path: "/api/devices/{id}",
      access: "user",
      summary: "Gives a device.",
      answer: device,
      run: ({ principal, params: { id = "" } }) => shownDevice(parts, principal, id),
    }),
  (parts) =>
    defineRoute({
      method: "patch",
      path: "/api/devices/{id}",
      access: "user",
      summary: "Changes a device.",
      body: deviceChange,
      answer: device,
      run: async ({ principal, params, body: { groups, ...change } }) => {
        const { id } = await ownDevice(parts, principal, params["id"] ?? "");
        await checkAgent(parts, principal, change.agent);
        if (change.owner !== undefined) demandAdministrator(principal, "owner");
        if (Object.keys(change).length > 0) await updateDevice(parts.storage, id, present(change));
        if (groups) await setGroups(parts.storage, id, groups);
        await parts.refreshAgents();
        return shownDevice(parts, principal, id);
      },
    }),
  (parts) =>
    defineRoute({
      method: "delete",
      path: "/api/devices/{id}",
      access: "user",
      summary: "Unbinds a device; what was said stays.",
      run: async ({ principal, params }) => {
        const { id } = await ownDevice(parts, principal, params["id"] ?? "");
        await removeDevice(parts.storage, id);
        await parts.refreshAgents();
        parts.reach.disconnect(id);
        return { id };
      },
    }),
  ({ storage }) =>
    defineRoute({
      method: "get",
      path: "/api/device-groups",
      access: "user",
      summary: "Lists groups of devices.",
      answer: z.array(deviceGroup),
      run: ({ principal }) => listGroups(storage, isAdministrator(principal) ? undefined : principal.id),
    }),
];
