import { z } from "zod";
import { definePlugin, type Plugin, type PluginHost } from "../plugin.ts";
import { readPluginSettings } from "./plugin-settings.ts";
import { ROLES, type Role, SPOKEN } from "./roles.ts";

export const changeRoleSettings = z.strictObject({
  roles: z
    .record(z.string().min(1), z.string().min(1))
    .default({})
    .describe("More roles: by what users call them, what the model is told; {name} is the assistant's name."),
});

const CHINESE = /\p{Script=Han}/u;

/**
 * Makes the assistant somebody else for the rest of the conversation.
 *
 * @param agents prompts of other assistants, by name: each is a role, too
 */
export function changeRole(host: PluginHost, agents: Readonly<Record<string, string>> = {}): Plugin {
  const { roles: named } = readPluginSettings("change_role", changeRoleSettings, host.settings);
  const own = Object.entries({ ...agents, ...named });
  const roles: readonly Role[] = [...own.map(([name, prompt]) => ({ names: [name], prompt })), ...ROLES];
  const known = roles.map(({ names }) => names.join(" / ")).join(", ");
  return definePlugin({
    name: "change_role",
    description: `Call this when the user wants you to play another role. The roles are: ${known}.`,
    params: {
      role: { type: "string", description: "The role, by one of its names." },
      role_name: { type: "string", description: "What you are called in this role, if the user says so.", default: "" },
    },
    run: ({ role, role_name }, caller) => {
      const wanted = role.trim().toLowerCase();
      const found = roles.find(({ names }) => names.some((name) => name.toLowerCase() === wanted));
      if (!found) return { text: `There is no role "${role.slice(0, 40)}". The roles are: ${known}.`, isError: true };
      const isChinese = CHINESE.test(role + role_name);
      const name = role_name.trim() || (isChinese ? "小智" : "XiaoZhi");
      caller.setPrompt(`${found.prompt.replaceAll("{name}", () => name)}\n${SPOKEN}`);
      return {
        reply: isChinese ? `好的，我现在是${role}${name}。` : `All right, I am ${name}, your ${role}, from now on.`,
      };
    },
  });
}
