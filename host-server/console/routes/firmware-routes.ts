import { listFirmware, updateFirmware } from "../../storage/fleet/firmware.ts";
import { timeOf } from "../../storage/storage.ts";
import { listOf } from "../contract/common.ts";
import { firmware, firmwareChange, firmwareQuery, firmwareUpload, rolloutRequest } from "../contract/firmware.ts";
import { ConsoleError } from "../errors.ts";
import { bytesOf } from "../http/body-bytes.ts";
import { present } from "../http/present.ts";
import { defineRoute } from "../http/route.ts";
import type { RouteMaker } from "../parts.ts";

const SORTS = ["uploaded", "board", "version", "id"] as const;

/** Firmware, and its way to devices. */
export const firmwareRoutes: readonly RouteMaker[] = [
  ({ storage, firmware: store }) =>
    defineRoute({
      method: "get",
      path: "/api/firmware",
      access: "administrator",
      summary: "Lists images.",
      query: firmwareQuery,
      answer: listOf(firmware),
      run: async ({ query: { sort, ...filter } }) => {
        const column = SORTS.find((name) => name === sort);
        const page = await listFirmware(storage, present({ ...filter, sort: column }));
        return { ...page, rows: await Promise.all(page.rows.map((row) => store.shown(row))) };
      },
    }),
  ({ firmware: store, config }) =>
    defineRoute({
      method: "post",
      path: "/api/firmware",
      access: "administrator",
      summary: "Takes an image (application/octet-stream), after a look at what it says it is.",
      query: firmwareUpload,
      answer: firmware,
      takesBytes: true,
      status: 201,
      run: async ({ query, context }) => {
        const bytes = await bytesOf(context, config().console.upload_bytes);
        return store.shown(await store.add({ ...query, bytes }));
      },
    }),
  ({ firmware: store }) =>
    defineRoute({
      method: "get",
      path: "/api/firmware/{id}",
      access: "administrator",
      summary: "Gives what is known of an image, and how far it has gone.",
      answer: firmware,
      run: async ({ params: { id = "" } }) => store.shown(await store.get(id)),
    }),
  ({ storage, firmware: store }) =>
    defineRoute({
      method: "patch",
      path: "/api/firmware/{id}",
      access: "administrator",
      summary: "Changes the note on an image.",
      body: firmwareChange,
      answer: firmware,
      run: async ({ params: { id = "" }, body }) => {
        await store.get(id);
        await updateFirmware(storage, id, body);
        return store.shown(await store.get(id));
      },
    }),
  ({ firmware: store }) =>
    defineRoute({
      method: "delete",
      path: "/api/firmware/{id}",
      access: "administrator",
      summary: "Removes an image.",
      run: async ({ params: { id = "" } }) => {
        await store.remove(id);
        return { id };
      },
    }),
  ({ storage, firmware: store }) =>
    defineRoute({
      method: "post",
      path: "/api/firmware/{id}/rollout",
      access: "administrator",
      summary: "Offers an image to a share of its board's devices, or to groups of them.",
      body: rolloutRequest,
      answer: firmware,
      run: async ({ params: { id = "" }, body }) => {
        const { state, started } = await store.get(id);
        const since = state === "running" ? started : timeOf(storage.clock);
        await updateFirmware(storage, id, { ...body, state: "running", started: since });
        return store.shown(await store.get(id));
      },
    }),
  ({ storage, firmware: store }) =>
    defineRoute({
      method: "post",
      path: "/api/firmware/{id}/stop",
      access: "administrator",
      summary: "Offers an image no longer; devices that have it keep it.",
      answer: firmware,
      run: async ({ params: { id = "" } }) => {
        const { state } = await store.get(id);
        if (state !== "running") throw new ConsoleError(409, "rollout-not-running", `${id} is not on its way`);
        await updateFirmware(storage, id, { state: "stopped" });
        return store.shown(await store.get(id));
      },
    }),
  ({ storage, firmware: store }) =>
    defineRoute({
      method: "post",
      path: "/api/firmware/{id}/rollback",
      access: "administrator",
      summary: "Has devices with this image go back to the one before.",
      answer: firmware,
      run: async ({ params: { id = "" } }) => {
        const { state } = await store.get(id);
        if (state === null) throw new ConsoleError(409, "rollout-not-running", `${id} was not on its way`);
        await updateFirmware(storage, id, { state: "rolled-back" });
        return store.shown(await store.get(id));
      },
    }),
];
