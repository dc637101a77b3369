import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { systemClock } from "../../host-server/clock.ts";
import { AgentConfigs } from "../../host-server/config/agent-config.ts";
import { loadConfig } from "../../host-server/config/load.ts";
import { createLog } from "../../host-server/log.ts";
import { providers } from "../../host-server/providers/registry.ts";
import { DATABASE_FILE } from "../../host-server/server/open-storage.ts";
import { openStorage } from "../../host-server/storage/storage.ts";
import { importConsole } from "./console-dump.ts";
import { readDump } from "./mysql-dump.ts";
import { ImportReport } from "./report.ts";

const HELP = `Usage: xiaozhi import DUMP.sql [--config FILE] [--dry-run]

Takes agents, devices, models and voiceprints of a reference console into the database of this server, from a dump:
  mysqldump --default-character-set=utf8mb4 xiaozhi_esp32_server > console.sql

  --config FILE  configuration of this server (default data/.config.yaml)
  --dry-run      says what would be taken, and takes nothing

A .config.yaml and .mcp_server_settings.json of the reference need no import: put them into the data folder.`;

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
  const { config } = loadConfig({ path: values.config, env: process.env, providers });
  const tables = readDump(readFileSync(file, "utf8"));
  const isDry = values["dry-run"];
  // A dry run writes into a database that ends with it.
  const place = isDry ? ":memory:" : join(dirname(values.config), DATABASE_FILE);
  const url = isDry ? "" : config.database.url;
  const log = createLog({ level: config.log.level, output: process.stderr });
  const storage = await openStorage({ url, file: place, clock: systemClock, log });
  const report = new ImportReport();
  try {
    await importConsole({ tables, storage, configs: new AgentConfigs(providers), config, report });
  } finally {
    await storage.close();
  }
  console.log(
    [isDry ? "Nothing was written." : `Written to ${url === "" ? place : "PostgreSQL"}.`, ...report.lines()].join("\n"),
  );
  return 0;
}
