import { join } from "node:path";
import { parseArgs } from "node:util";
import { systemClock } from "../../host-server/clock.ts";
import { ROOT } from "../process.ts";
import { describeBytes } from "./bytes.ts";
import { downloadBytes, findModel, MODELS } from "./catalogue.ts";
import { hasSherpa, installSherpa, SHERPA } from "./engine.ts";
import { ModelError } from "./errors.ts";
import { install } from "./install.ts";
import { describeModels, modelsAsJson } from "./list.ts";
import { ProgressBar } from "./progress.ts";
import { ModelStore } from "./store.ts";

const HELP = `Usage: xiaozhi models list [--json]
       xiaozhi models add NAME [--from PLACE] [--force] [--no-engine]
       xiaozhi models remove NAME

Speech models that run on this computer: Chinese, German, dictation, better ends of turns. They lie in data/models.

  --from PLACE   instead of the publisher: a folder, a file, an address of the file, or an address that ends with "/" and
                 stands before the files' names (a mirror). With a name that is not listed it is a model of your own.
  --force        brings a model anew that is there
  --no-engine    leaves out ${SHERPA.name}, the npm package that runs most of them
  --data FOLDER  where the server keeps its data  [data]
  --json         the list for programs
  --help         show this

A download that broke off goes on where it stopped. HTTPS_PROXY, HTTP_PROXY and NO_PROXY are heeded.
`;

const OPTIONS = {
  from: { type: "string" },
  force: { type: "boolean" },
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
  if (model?.engine === "sherpa-onnx" && !values["no-engine"] && !hasSherpa(ROOT, values.data)) {
    console.log(`Installing ${SHERPA.name} ${SHERPA.version}, which runs it …`);
    await installSherpa(values.data);
  }
  return 0;
}

function addModel(name: string, store: ModelStore, { from, force }: Values) {
  const context = {
    store,
    clock: systemClock,
    env: process.env,
    progress: (label: string) => new ProgressBar(process.stderr, label, systemClock.now),
    say: (line: string) => console.log(line),
  };
  return install({ name, model: findModel(name), from, force }, context);
}

function unknownModel(name: string): ModelError {
  const names = MODELS.map((model) => model.name).join(", ");
  return new ModelError("model-unknown", `model-unknown: "${name}" is none of ${names}; one of your own needs --from`);
}
