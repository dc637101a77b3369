import { systemClock } from "../../host-server/clock.ts";
import { ROOT } from "../process.ts";
import { findModel, type Model } from "./catalogue.ts";
import { hasSherpa, installSherpa, SHERPA } from "./engine.ts";
import { install, type Wanted } from "./install.ts";
import { ProgressBar } from "./progress.ts";
import type { ModelStore, StoredModel } from "./store.ts";

/** Brings a model, and shows at the terminal how far that is. @throws ModelError, or TransferError when it may help to try again */
export function addModel(
  name: string,
  store: ModelStore,
  { from, force }: Pick<Wanted, "from" | "force"> = {},
): Promise<StoredModel> {
  const context = {
    store,
    clock: systemClock,
    env: process.env,
    progress: (label: string) => new ProgressBar(process.stderr, label, systemClock.now),
    say: (line: string) => console.log(line),
  };
  return install({ name, model: findModel(name), from, force }, context);
}

/** Brings what runs a model, unless it is there. @throws ModelError `engine-failed` */
export async function bringEngine(model: Model | undefined, dataFolder: string): Promise<void> {
  if (model?.engine !== "sherpa-onnx" || hasSherpa(ROOT, dataFolder)) return;
  console.log(`Installing ${SHERPA.name} ${SHERPA.version}, which runs it …`);
  await installSherpa(dataFolder);
}
