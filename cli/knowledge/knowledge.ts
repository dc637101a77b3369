import { basename, dirname } from "node:path";
import { parseArgs } from "node:util";
import { systemClock } from "../../host-server/clock.ts";
import { loadConfig } from "../../host-server/config/load.ts";
import { AppError } from "../../host-server/errors.ts";
import { readDocument } from "../../host-server/knowledge/document-file.ts";
import { passagesIn } from "../../host-server/knowledge/passages.ts";
import { createLog } from "../../host-server/log.ts";
import { providers } from "../../host-server/providers/registry.ts";
import { openServerStorage } from "../../host-server/server/open-storage.ts";
import { createDocument, listDocuments, removeDocument } from "../../host-server/storage/knowledge.ts";
import { searchPassages } from "../../host-server/storage/search/passage-search.ts";
import type { Storage } from "../../host-server/storage/storage.ts";

const HELP = `Usage: xiaozhi knowledge add FILE… [--collection NAME]
       xiaozhi knowledge list
       xiaozhi knowledge remove NAME… [--collection NAME]
       xiaozhi knowledge search QUESTION

Documents that assistants look things up in, kept in the database: .md, .txt, .html, and .pdf where there is pdftotext.
Files in data/knowledge need no command: the server watches them.

  --collection NAME  keeps documents apart from others, for agents that search some alone
  --config FILE      configuration of the server (default data/.config.yaml)`;

const OPTIONS = {
  collection: { type: "string", default: "" },
  config: { type: "string", default: "data/.config.yaml" },
  help: { type: "boolean" },
} as const;

/** A kind of work, with the words behind it; gives the exit status. */
type Action = (storage: Storage, words: readonly string[], collection: string) => Promise<number>;

const ACTIONS: { readonly [name: string]: Action } = { add, list, remove, search };

/** `xiaozhi knowledge`: gives the exit status. @throws ConfigError, StorageError, AppError */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS });
  const [name = "", ...words] = positionals;
  const action = ACTIONS[name];
  if (values.help || !action || (words.length === 0 && action !== list)) {
    console.log(HELP);
    return values.help ? 0 : 2;
  }
  const { config } = loadConfig({ path: values.config, env: process.env, providers });
  const log = createLog({ level: config.log.level, output: process.stderr });
  const dataDirectory = dirname(values.config);
  const storage = await openServerStorage({ config, dataDirectory, clock: systemClock, log });
  if (!storage) throw new AppError("storage-unreachable", "storage-unreachable: the database cannot be used");
  try {
    return await action(storage, words, values.collection);
  } finally {
    await storage.close();
  }
}

async function add(storage: Storage, files: readonly string[], collection: string): Promise<number> {
  for (const file of files) {
    const passages = passagesIn(await readDocument(file));
    await createDocument(storage, { name: basename(file), collection, passages });
    console.log(`${basename(file)}: ${passages.length} passages`);
  }
  return 0;
}

async function list(storage: Storage): Promise<number> {
  const { rows } = await listDocuments(storage, { perPage: 1_000 });
  for (const { name, collection, passages, origin } of rows) {
    const where = [collection, origin].filter((part) => part !== "").join(", ");
    console.log(`${name}: ${passages} passages${where === "" ? "" : ` (${where})`}`);
  }
  if (rows.length === 0) console.log("There are no documents.");
  return 0;
}

/** Those of a folder are removed from there: they would come back. */
async function remove(storage: Storage, names: readonly string[], collection: string): Promise<number> {
  const { rows } = await listDocuments(storage, { origin: "", collection, perPage: 1_000 });
  let status = 0;
  for (const wanted of names) {
    const found = rows.find(({ name }) => name === wanted);
    if (found) await removeDocument(storage, found.id);
    else status = 1;
    console.log(found ? `${wanted} is removed.` : `${wanted}: there is no such document that was added by itself`);
  }
  return status;
}

async function search(storage: Storage, words: readonly string[], collection: string): Promise<number> {
  const collections = collection === "" ? [] : [collection];
  const found = await searchPassages(storage, words.join(" "), { collections, limit: 5 });
  for (const { document, heading, text, score } of found) {
    console.log(`[${[document, heading].filter(Boolean).join(" › ")}] ${Math.round(score * 100)} %\n${text}\n`);
  }
  if (found.length === 0) console.log("Nothing was found.");
  return found.length === 0 ? 1 : 0;
}
