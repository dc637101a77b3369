import type { InferenceSession } from "onnxruntime-node";
import { serveJobs } from "../../workers/jobs.ts";
import { importRuntime, type Runtime } from "../onnx/runtime.ts";
import { BANDS, FRAMES, logMel } from "./log-mel.ts";

/** What the worker is asked: whether nothing follows this sound, by the model of this file. */
export interface SmartTurnJob {
  readonly file: string;
  /** 16 kHz mono. */
  readonly pcm: Int16Array;
}

interface Loaded {
  readonly runtime: Runtime;
  readonly session: InferenceSession;
}

let loading: Promise<Loaded> | undefined;

serveJobs<SmartTurnJob, number>(async ({ file, pcm }) => {
  loading ??= load(file);
  try {
    return { result: await probabilityOf(await loading, pcm) };
  } catch (error) {
    loading = undefined;
    throw error;
  }
});

async function load(file: string): Promise<Loaded> {
  const runtime = await importRuntime();
  const session = await runtime.InferenceSession.create(file, {
    executionMode: "sequential",
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    graphOptimizationLevel: "all",
    logSeverityLevel: 3,
  });
  return { runtime, session };
}

async function probabilityOf({ runtime, session }: Loaded, pcm: Int16Array): Promise<number> {
  const [input = "input_features"] = session.inputNames;
  const [output = "logits"] = session.outputNames;
  const outputs = await session.run({ [input]: new runtime.Tensor("float32", logMel(pcm), [1, BANDS, FRAMES]) });
  // The model itself makes a probability of it.
  return Number(outputs[output]?.data[0]);
}
