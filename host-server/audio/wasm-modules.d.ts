// The packages below are Emscripten modules without declarations; only what is called is declared.

declare module "@echogarden/speex-resampler-wasm/simd" {
  export interface SpeexModule {
    readonly HEAP16: Int16Array;
    readonly HEAPU32: Uint32Array;
    _malloc(bytes: number): number;
    _free(pointer: number): void;
    _speex_resampler_init(channels: number, from: number, to: number, quality: number, error: number): number;
    _speex_resampler_process_int(
      state: number,
      channel: number,
      input: number,
      inputCount: number,
      output: number,
      outputCount: number,
    ): number;
    _speex_resampler_destroy(state: number): void;
  }
  export default function createModule(): Promise<SpeexModule>;
}

declare module "@echogarden/fvad-wasm" {
  export interface FvadModule {
    readonly HEAP16: Int16Array;
    _malloc(bytes: number): number;
    _free(pointer: number): void;
    _fvad_new(): number;
    _fvad_free(state: number): void;
    _fvad_reset(state: number): void;
    _fvad_set_mode(state: number, mode: number): number;
    _fvad_set_sample_rate(state: number, sampleRate: number): number;
    _fvad_process(state: number, pcm: number, samples: number): number;
  }
  export default function createModule(): Promise<FvadModule>;
}

// Node has WebAssembly; TypeScript declares it in its DOM library only.
declare namespace WebAssembly {
  type ModuleImports = Record<string, (...args: never[]) => number>;
  // Compiled code; opaque.
  interface Module {
    readonly _module: unique symbol;
  }
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
  interface Instance {
    readonly exports: Record<string, unknown>;
  }
  function compile(bytes: Uint8Array): Promise<Module>;
  function instantiate(module: Module, imports: Record<string, ModuleImports>): Promise<Instance>;
}
