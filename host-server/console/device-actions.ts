import { AppError } from "../errors.ts";
import { removeDevice, updateDevice } from "../storage/devices.ts";
import { groupsOf, setGroups } from "../storage/labels.ts";
import type { Principal } from "./accounts/principal.ts";
import type { BatchAction, BatchAnswer, ToolCallResult } from "./contract/devices.ts";
import { checkAgent, ownDevice } from "./devices.ts";
import { ConsoleError } from "./errors.ts";
import type { ConsoleParts } from "./parts.ts";

/** Has a device say a text. @throws ConsoleError when it cannot, AppError when it fails */
export async function say({ reach }: Pick<ConsoleParts, "reach">, id: string, text: string): Promise<void> {
  const voice = reach.voiceOf(id);
  if (typeof voice === "string") throw offline(id);
  await voice(text);
}

/** Calls a tool of a device. @throws ConsoleError `device-offline` when there is no such device or tool now */
export async function callTool(
  { reach }: Pick<ConsoleParts, "reach">,
  id: string,
  { name, arguments: args }: { readonly name: string; readonly arguments: Readonly<Record<string, unknown>> },
): Promise<ToolCallResult> {
  const outcome = await reach.callTool(id, name, { ...args });
  if (!outcome) throw new ConsoleError(409, "tool-unavailable", `${id} has no tool ${name} now`);
  return { text: outcome.text, isError: outcome.isError };
}

/** Has a device start anew. @throws ConsoleError `device-offline` */
export async function reboot({ reach }: Pick<ConsoleParts, "reach">, id: string): Promise<void> {
  if (!(await reach.reboot(id))) throw offline(id);
}

/** Does the same with several devices; each has its result, and none waits for the trouble of another. */
export async function batch(
  parts: ConsoleParts,
  principal: Principal,
  { ids, action }: { readonly ids: readonly string[]; readonly action: BatchAction },
): Promise<BatchAnswer> {
  if (action.type === "set-agent") await checkAgent(parts, principal, action.agent);
  const results = await Promise.all(
    [...new Set(ids)].map(async (id) => {
      try {
        const device = await ownDevice(parts, principal, id);
        await act(parts, device.id, action);
        return { id, isDone: true };
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        return { id, isDone: false, code: error.code, message: error.message };
      }
    }),
  );
  return { results };
}

async function act(parts: ConsoleParts, id: string, action: BatchAction): Promise<void> {
  const { storage } = parts;
  switch (action.type) {
    case "set-agent":
      await updateDevice(storage, id, { agent: action.agent });
      break;
    case "set-updates":
      await updateDevice(storage, id, { updates: action.updates });
      break;
    case "add-group":
      await setGroups(storage, id, [...(await groupsOf(storage, id)), action.group]);
      break;
    case "remove-group":
      await setGroups(
        storage,
        id,
        (await groupsOf(storage, id)).filter((group) => group !== action.group),
      );
      break;
    case "unbind":
      await removeDevice(storage, id);
      break;
    case "say":
      await say(parts, id, action.text);
      break;
    case "reboot":
      await reboot(parts, id);
  }
}

function offline(id: string): ConsoleError {
  return new ConsoleError(409, "device-offline", `${id} is not connected`);
}
