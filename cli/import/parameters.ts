import { loadConfig } from "../../host-server/config/load.ts";
import type { ProviderTable } from "../../host-server/config/schema.ts";
import type { StoredParameter } from "../../host-server/config/stored-config.ts";
import { getParameter, setParameter } from "../../host-server/storage/parameters.ts";
import type { StorageScope } from "../../host-server/storage/storage.ts";
import { builtInPlugins } from "../../host-server/tools/built-in-plugins.ts";
import { isObject } from "../../protocol/json.ts";
import { type DumpRow, jsonOf, textOf } from "./mysql-dump.ts";
import { fittingSettings } from "./plugin-values.ts";
import type { ImportReport } from "./report.ts";

/** Keys that say where the other server is: devices would be sent there. */
const ADDRESSES =
  /^server\.(ip|port|http_port|websocket|ota|mqtt_gateway|mqtt_manager_api|udp_gateway|vision_explain|mcp_endpoint|voice_print|fronted_url)$/;

export interface ParameterImport {
  readonly tables: ReadonlyMap<string, readonly DumpRow[]>;
  readonly storage: StorageScope;
  readonly providers: ProviderTable;
  readonly report: ImportReport;
}

/** Takes settings of the reference's console that this server has, too. @throws StorageError */
export async function importParameters({ tables, storage, providers, report }: ParameterImport): Promise<void> {
  const parameters = [...(tables.get("sys_params") ?? []).flatMap(toParameter), ...homeOf(tables)];
  for (const { key, value, note } of parameters) {
    const what = `parameter ${key}`;
    if (ADDRESSES.test(key)) {
      report.leave(what, "it is an address of the other server");
      continue;
    }
    const why = reasonAgainst({ key, value }, providers);
    if (why !== undefined) report.leave(what, why);
    else if ((await getParameter(storage, key)) !== undefined) report.leave(what, "it is there already");
    else {
      await setParameter(storage, key, { value, note });
      report.take(what);
    }
  }
}

type Parameter = StoredParameter & { readonly note: string };

/** A row, with lists as JSON; none when it says nothing. */
function toParameter(row: DumpRow): Parameter[] {
  const [key, value] = [textOf(row["param_code"]), textOf(row["param_value"])];
  if (key === "" || value === "" || value === "null" || /你的|your/i.test(value)) return [];
  const list = value.split(/[;；]/).filter((part) => part !== "");
  const isList = row["value_type"] === "array";
  return [{ key, value: isList ? JSON.stringify(list) : value, note: textOf(row["remark"]) }];
}

/** The home that agents control there is the server's here. */
function homeOf(tables: ParameterImport["tables"]): Parameter[] {
  for (const row of tables.get("ai_agent_plugin_mapping") ?? []) {
    const given = jsonOf(row["param_info"]);
    if (!isObject(given) || !("base_url" in given) || !("devices" in given)) continue;
    const devices = Array.isArray(given["devices"]) ? given["devices"] : String(given["devices"]).split(/[;；\n]/);
    const known = { url: given["base_url"], token: given["api_key"] };
    const texts = Object.entries(known).map(([name, value]) => ({
      key: `home_assistant.${name}`,
      value: String(value),
    }));
    const list = { key: "home_assistant.devices", value: JSON.stringify(devices.map(String).filter(Boolean)) };
    return [...texts, list].map((parameter) => ({ ...parameter, note: "" }));
  }
  return [];
}

/** Undefined when the server takes it. */
function reasonAgainst(parameter: StoredParameter, providers: ProviderTable): string | undefined {
  const [area, plugin, setting] = parameter.key.split(".");
  if (area === "plugins") {
    const schema = plugin === undefined ? undefined : builtInPlugins[plugin]?.settings;
    if (!schema || setting === undefined) return "there is no such plugin here";
    const { left } = fittingSettings(schema, { [setting]: jsonOf(parameter.value) ?? parameter.value });
    return left[0]?.[1];
  }
  const stored = { parameters: [parameter], models: [] };
  const { warnings } = loadConfig({ path: "no-such-file.yaml", env: {}, providers, stored });
  return warnings[0]?.split("\n")[0];
}
