import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileOf, type ModelFolder, neededFile } from "./model-folder.ts";

/** Says by the files of a folder how its voice is made: the `OfflineTtsConfig` of sherpa-onnx. @throws StageError `model-incomplete` */
export function voiceSpec(folder: ModelFolder, threads: number): object {
  const tokens = neededFile(folder, /^tokens\.txt$/);
  const common = { tokens, ...resources(folder) };
  const vocoder = fileOf(folder, /^(vocos|hifigan).*\.onnx$/);
  const voices = fileOf(folder, /^voices\.bin$/);
  const model = neededFile(folder, /^(?!vocos|hifigan).*\.onnx$/);
  const kind = voices
    ? { kokoro: { model, voices, ...common } }
    : vocoder
      ? { matcha: { acousticModel: model, vocoder, ...common } }
      : { vits: { model, ...common } };
  const rules = folder.names.filter((name) => name.endsWith(".fst")).map((name) => join(folder.path, name));
  return {
    model: { ...kind, numThreads: threads, provider: "cpu", debug: 0 },
    maxNumSentences: 1,
    ...(rules.length > 0 && { ruleFsts: rules.join(",") }),
  };
}

/** What tells a voice how words are said: lists of words, and the data of espeak-ng or jieba. */
function resources(folder: ModelFolder): object {
  const lexicon = folder.names.filter((name) => /^lexicon.*\.txt$/.test(name)).map((name) => join(folder.path, name));
  const at = (name: string) => join(folder.path, name);
  return {
    ...(lexicon.length > 0 && { lexicon: lexicon.join(",") }),
    ...(existsSync(at("espeak-ng-data")) && { dataDir: at("espeak-ng-data") }),
    ...(existsSync(at("dict")) && { dictDir: at("dict") }),
  };
}
