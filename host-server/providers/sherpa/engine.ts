import { createRequire } from "node:module";
import type { RecogniserSpec } from "./recogniser-spec.ts";

/** What a model is to be loaded as. `engine` is the folder of the package. */
export type LoadJob =
  | { readonly kind: "load-recogniser"; readonly engine: string; readonly spec: RecogniserSpec }
  | { readonly kind: "load-voice"; readonly engine: string; readonly config: object }
  | { readonly kind: "load-embedder"; readonly engine: string; readonly config: object }
  | { readonly kind: "load-detector"; readonly engine: string; readonly config: object };

/** The sound that a recogniser hears. */
export interface Stream {
  acceptWaveform(wave: { samples: Float32Array; sampleRate: number }): void;
  /** Of streaming recognisers. */
  inputFinished?(): void;
}

/** A recogniser of sherpa-onnx. */
export interface Recogniser {
  createStream(): Stream;
  isReady(stream: Stream): boolean;
  decode(stream: Stream): void;
  getResult(stream: Stream): { text: string };
}

/** A voice of sherpa-onnx. */
export interface Voice {
  generate(request: { text: string; sid: number; speed: number; enableExternalBuffer: boolean }): {
    samples: Float32Array;
    sampleRate: number;
  };
}

/** Makes numbers of a voice. */
export interface Embedder {
  createStream(): Stream;
  isReady(stream: Stream): boolean;
  compute(stream: Stream, enableExternalBuffer: boolean): Float32Array;
}

/** Tells voice from other sound, in one microphone. */
export interface Detector {
  acceptWaveform(samples: Float32Array): void;
  isDetected(): boolean;
  /** Whether there is no utterance to be taken by `pop`. */
  isEmpty(): boolean;
  pop(): void;
  clear(): void;
  reset(): void;
}

interface Engine {
  OnlineRecognizer: new (config: object) => Recogniser;
  OfflineRecognizer: new (config: object) => Recogniser;
  OfflineTts: new (config: object) => Voice;
  SpeakerEmbeddingExtractor: new (config: object) => Embedder;
  Vad: new (config: object, bufferSeconds: number) => Detector;
}

/** Loads a recogniser. Files that are no models may end the process. @throws Error of the engine */
export function loadRecogniser(path: string, { isStreaming, config }: RecogniserSpec): Recogniser {
  const { OnlineRecognizer, OfflineRecognizer } = engineAt(path);
  return isStreaming ? new OnlineRecognizer(config) : new OfflineRecognizer(config);
}

/** Loads a voice. Files that are no models may end the process. @throws Error of the engine */
export function loadVoice(path: string, config: object): Voice {
  const { OfflineTts } = engineAt(path);
  return new OfflineTts(config);
}

/** Loads a model that tells voices apart. @throws Error of the engine */
export function loadEmbedder(path: string, config: object): Embedder {
  const { SpeakerEmbeddingExtractor } = engineAt(path);
  return new SpeakerEmbeddingExtractor(config);
}

/** Loads a voice detector. @throws Error of the engine */
export function loadDetector(path: string, config: object, bufferSeconds: number): Detector {
  const { Vad } = engineAt(path);
  return new Vad(config, bufferSeconds);
}

function engineAt(path: string): Engine {
  return createRequire(import.meta.url)(path) as Engine;
}
