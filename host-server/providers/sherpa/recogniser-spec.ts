import { StageError } from "../../errors.ts";
import { fileOf, folderName, type ModelFolder, neededFile, saysOfItself } from "./model-folder.ts";

/** How a recogniser is made: what the engine is given, and whether it gives words while one speaks. */
export interface RecogniserSpec {
  readonly isStreaming: boolean;
  /** `OnlineRecognizerConfig` or `OfflineRecognizerConfig` of sherpa-onnx. */
  readonly config: object;
}

/** What a user may say of a recogniser. */
export interface RecogniserSettings {
  /** Language of what is said; found by the model when empty. */
  readonly language: string;
  readonly threads: number;
}

const ENCODER = /encoder.*\.onnx$/;
const DECODER = /decoder.*\.onnx$/;
const JOINER = /joiner.*\.onnx$/;
const TOKENS = /tokens\.txt$/;
const SINGLE = /^(model|ctc).*\.onnx$/;

/** Says by the files of a folder what kind of recogniser they are. @throws StageError `model-unknown` or `model-incomplete` */
export function recogniserSpec(folder: ModelFolder, { language, threads }: RecogniserSettings): RecogniserSpec {
  const { isStreaming, model } = kindOf(folder, language);
  const common = { tokens: neededFile(folder, TOKENS), numThreads: threads, provider: "cpu", debug: 0 };
  const config = {
    featConfig: { sampleRate: 16_000, featureDim: 80 },
    modelConfig: { ...model, ...common },
    decodingMethod: "greedy_search",
    // The end of an utterance is found elsewhere.
    ...(isStreaming && { enableEndpoint: 0 }),
  };
  return { isStreaming, config };
}

interface Kind {
  readonly isStreaming: boolean;
  readonly model: object;
}

function kindOf(folder: ModelFolder, language: string): Kind {
  const encoder = fileOf(folder, ENCODER);
  if (encoder !== undefined) return pairKind(folder, encoder, language);
  const model = fileOf(folder, SINGLE);
  if (model === undefined) {
    throw new StageError("model-unknown", `model-unknown: ${folder.path} has neither an encoder nor a model.onnx`);
  }
  const name = folderName(folder);
  const is = (word: string) => name.includes(word.replaceAll("_", "-")) || saysOfItself(model, word);
  if (name.includes("sensevoice") || is("sense_voice")) {
    return { isStreaming: false, model: { senseVoice: { model, language, useInverseTextNormalization: 1 } } };
  }
  if (is("paraformer")) return { isStreaming: false, model: { paraformer: { model } } };
  if (is("dolphin")) return { isStreaming: false, model: { dolphin: { model } } };
  if (is("zipformer2")) return { isStreaming: true, model: { zipformer2Ctc: { model } } };
  if (is("zipformer")) return { isStreaming: false, model: { zipformerCtc: { model } } };
  if (is("nemo") || is("EncDecCTC")) return { isStreaming: false, model: { nemoCtc: { model } } };
  throw new StageError("model-unknown", `model-unknown: ${model} is of no known kind; the folder's name may say which`);
}

function pairKind(folder: ModelFolder, encoder: string, language: string): Kind {
  const decoder = neededFile(folder, DECODER);
  const joiner = fileOf(folder, JOINER);
  if (joiner !== undefined) {
    const transducer = { encoder, decoder, joiner };
    return { isStreaming: isStreamingEncoder(folder, encoder), model: { transducer } };
  }
  if (folderName(folder).includes("paraformer") || saysOfItself(encoder, "paraformer")) {
    return { isStreaming: true, model: { paraformer: { encoder, decoder } } };
  }
  if (folderName(folder).includes("fire-red"))
    return { isStreaming: false, model: { fireRedAsr: { encoder, decoder } } };
  return { isStreaming: false, model: { whisper: { encoder, decoder, language, task: "transcribe" } } };
}

/** Encoders that take sound in pieces say how long those are. */
function isStreamingEncoder(folder: ModelFolder, encoder: string): boolean {
  return /streaming/.test(folderName(folder)) || /chunk/.test(encoder) || saysOfItself(encoder, "decode_chunk_len");
}
