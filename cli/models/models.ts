import { join } from "node:path";
import { parseArgs } from "node:util";
import { confirm } from "@clack/prompts";
import { ConfigFile } from "../setup/config-file.ts";
import { addModel, bringEngine } from "./add.ts";
import { describeBytes } from "./bytes.ts";
import { downloadBytes, findModel, MODELS, type Model } from "./catalogue.ts";
import { SHERPA } from "./engine.ts";
import { ModelError } from "./errors.ts";
import { describeModels, modelsAsJson } from "./list.ts";
import { ModelStore } from "./store.ts";
import { changesToUse, linesOf, whatElse } from "./use.ts";

const HELP = `Usage: xiaozhi models list [--json]
       xiaozhi models add NAME [--from PLACE] [--force] [--use] [--no-engine]
       xiaozhi models remove NAME

Speech models that run on this computer: Chinese, German, dictation, better ends of turns. They lie in data/models.

  --from PLACE   instead of the publisher: a folder, a file, an address of the file, or an address that ends with "/" and
                 stands before the files' names (a mirror). With a name that is not listed it is a model of your own.
  --force        brings a model anew that is there
  --use          writes into the configuration that the model is used
  --no-engine    leaves out ${SHERPA.name}, the npm package that runs most of them
  --data FOLDER  where the server keeps its data  [data]
  --json         the list for programs
  --help         show this

A download that broke off goes on where it stopped. HTTPS_PROXY, HTTP_PROXY and NO_PROXY are heeded.
`;

const OPTIONS = {
  from: { type: "string" },
  force: { type: "boolean" },
  use: { type: "boolean" },
  "no-engine": { type: "boolean" },
  data: { type: "string", default: "data" },
  json: { type: "boolean" },
  help: { type: "boolean" },
} as const;

type Values = ReturnType<typeof parse>["values"];

function parse(args: string[]) {
  return parseArgs({ args, options: OPTIONS, allowPositionals: true });
}

/** `xiaozhi models` */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parse(args);
  const [action = "list", name] = positionals;
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const store = new ModelStore(join(values.data, "models"));
  if (action === "list") return list(store, values);
  if (name === undefined || positionals.length > 2 || (action !== "add" && action !== "remove")) {
    console.error(HELP);
    return 2;
  }
  if (action === "add") return add(name, store, values);
  const { folder, bytes } = store.remove(name);
  console.log(`Removed ${folder} (${describeBytes(bytes)}).`);
  return 0;
}

function list(store: ModelStore, { json }: Values): number {
  console.log(json ? JSON.stringify(modelsAsJson(store.list()), null, 2) : describeModels(store.list()));
  return 0;
}

async function add(name: string, store: ModelStore, values: Values): Promise<number> {
  const model = findModel(name);
  if (!model && values.from === undefined) throw unknownModel(name);
  if (model) {
    const bytes = downloadBytes(model);
    const size = bytes === undefined ? "" : `, ${describeBytes(bytes)}`;
    console.log(`${name}: ${model.about}${size}.\n  Licence: ${model.licence}`);
  }
  const stored = await addModel(name, store, values);
  console.log(`Installed in ${stored.folder} (${describeBytes(stored.bytes)}).`);
  if (!values["no-engine"]) await bringEngine(model, values.data);
  if (model) await offer(model, values);
  return 0;
}

/** Says how the model is used, and writes that where it is wanted. */
async function offer(model: Model, { use, data }: Values): Promise<void> {
  const changes = changesToUse(model);
  const path = join(data, ".config.yaml");
  const more = whatElse(model);
  if (more !== undefined) console.log(more);
  if (changes.length === 0) return;
  console.log(`In ${path} it is used by:\n\n${linesOf(changes)}\n`);
  if (use !== true && !(process.stdout.isTTY && (await confirm({ message: "Write that?" })) === true)) return;
  const file = new ConfigFile(path);
  try {
    file.writeDraft(changes);
    file.accept();
  } finally {
    file.drop();
  }
  console.log(`Written to ${path}; xiaozhi setup --undo takes it back.`);
}

function unknownModel(name: string): ModelError {
  const names = MODELS.map((model) => model.name).join(", ");
  return new ModelError("model-unknown", `model-unknown: "${name}" is none of ${names}; one of your own needs --from`);
}
