import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { systemClock } from "../../host-server/clock.ts";
import { loadConfig } from "../../host-server/config/load.ts";
import { createLog } from "../../host-server/log.ts";
import { providers } from "../../host-server/providers/registry.ts";
import { DATABASE_FILE } from "../../host-server/server/open-storage.ts";
import { openStorage } from "../../host-server/storage/storage.ts";
import { importConsole } from "./console-dump.ts";
import { importMcpServers } from "./mcp-servers.ts";
import { readDump } from "./mysql-dump.ts";
import { importConfig } from "./reference-config.ts";
import { ImportReport } from "./report.ts";

/** The file that names MCP servers, beside the configuration. */
const MCP_SETTINGS_FILE = ".mcp_server_settings.json";

const HELP = `Usage: xiaozhi import DUMP.sql [--config FILE] [--dry-run]
       xiaozhi import CONFIG.yaml [--config FILE] [--dry-run]
       xiaozhi import MCP-SETTINGS.json [--config FILE] [--dry-run]

Takes agents with their plugins and words, devices, models, parameters and voiceprints of a reference console into the
database of this server, from a dump:
  mysqldump --default-character-set=utf8mb4 xiaozhi_esp32_server > console.sql

Writes what a .config.yaml of the reference says into the configuration of this server, under its own keys. What is there
already stays; "xiaozhi setup --undo" brings back the file as it was. MCP servers are added to those of this server.

  --config FILE  configuration of this server (default data/.config.yaml)
  --dry-run      says what would be taken, and takes nothing

Neither a .config.yaml nor a .mcp_server_settings.json needs that: in the data folder they are read as they are.`;

/** `xiaozhi import`: gives the exit status. @throws StorageError, ConfigError */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      config: { type: "string", default: "data/.config.yaml" },
      "dry-run": { type: "boolean", default: false },
      help: { type: "boolean" },
    },
  });
  const [file] = positionals;
  if (values.help || file === undefined) {
    console.log(HELP);
    return values.help ? 0 : 2;
  }
  const isDry = values["dry-run"];
  const report = new ImportReport();
  const [, ending = "sql"] = /\.(ya?ml|json)$/i.exec(file) ?? [];
  const take = IMPORTS[ending.toLowerCase()] ?? importDump;
  const place = await take(file, values.config, isDry, report);
  console.log([isDry ? "Nothing was written." : `Written to ${place}.`, ...report.lines()].join("\n"));
  return 0;
}

/** Takes a file over into what lies at or beside the configuration; gives where it was written. */
type Take = (from: string, config: string, isDry: boolean, report: ImportReport) => string | Promise<string>;

const IMPORTS: { readonly [ending: string]: Take } = {
  yaml: importConfiguration,
  yml: importConfiguration,
  json: (from, config, isDry, report) => {
    const to = join(dirname(config), MCP_SETTINGS_FILE);
    importMcpServers({ from, to, isDry, report });
    return to;
  },
};

function importConfiguration(from: string, to: string, isDry: boolean, report: ImportReport): string {
  importConfig({ from, to, providers, isDry, report });
  return to;
}

async function importDump(file: string, path: string, isDry: boolean, report: ImportReport): Promise<string> {
  const { config } = loadConfig({ path, env: process.env, providers });
  const tables = readDump(readFileSync(file, "utf8"));
  // A dry run writes into a database that ends with it.
  const place = isDry ? ":memory:" : join(dirname(path), DATABASE_FILE);
  const url = isDry ? "" : config.database.url;
  const log = createLog({ level: config.log.level, output: process.stderr });
  const storage = await openStorage({ url, file: place, clock: systemClock, log });
  try {
    await importConsole({ tables, storage, providers, config, report });
  } finally {
    await storage.close();
  }
  return url === "" ? place : "PostgreSQL";
}
