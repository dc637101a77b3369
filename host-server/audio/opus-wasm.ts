import type { OpusBinding } from "./opus-binding.ts";

/** The functions that the WebAssembly build of libopus exports, as far as they are used. */
interface OpusModule {
  readonly HEAP16: Int16Array;
  readonly HEAP32: Int32Array;
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  _oc_create_encoder(sampleRate: number, channels: number, application: number, error: number): number;
  _oc_create_decoder(sampleRate: number, channels: number, error: number): number;
  _oc_encoder_ctl(encoder: number, request: number, value: number): number;
  _oc_encode(encoder: number, pcm: number, samples: number, packet: number, packetBytes: number): number;
  _oc_decode(decoder: number, packet: number, bytes: number, pcm: number, samples: number, fec: number): number;
  _oc_destroy_encoder(encoder: number): void;
  _oc_destroy_decoder(decoder: number): void;
}

const APPLICATION_AUDIO = 2049;
const SIGNAL_VOICE = 3001;
const SIGNAL_MUSIC = 3002;
const SET_BITRATE = 4002;
const SET_COMPLEXITY = 4010;
const SET_SIGNAL = 4024;
const MAX_SAMPLES = 5760;
const MAX_PACKET_BYTES = 4000;
const BAD_ARGUMENT = -1;

interface Codec {
  kind: "encoder" | "decoder";
  /** 0 once closed. */
  pointer: number;
}

/** An error in the form in which the native addon throws. */
function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

/**
 * Loads libopus as WebAssembly: about four times slower than native code, but it needs no compiler.
 *
 * The package's own entry creates codecs asynchronously, which a turn cannot wait for; the module below it is
 * synchronous once loaded.
 */
export async function loadWasmOpus(): Promise<OpusBinding> {
  const module = new URL("generated/libopus.generated.mjs", import.meta.resolve("libopus-wasm"));
  const { default: create } = (await import(module.href)) as { default: () => Promise<OpusModule> };
  return new WasmOpus(await create());
}

class WasmOpus implements OpusBinding {
  readonly #module: OpusModule;
  // One buffer each is enough: calls are synchronous.
  readonly #pcm: number;
  readonly #packet: number;
  readonly #error: number;
  readonly #abandoned: FinalizationRegistry<Codec>;

  constructor(module: OpusModule) {
    this.#module = module;
    this.#pcm = module._malloc(MAX_SAMPLES * 2);
    this.#packet = module._malloc(65_536);
    this.#error = module._malloc(4);
    this.#abandoned = new FinalizationRegistry((codec) => this.#free(codec));
  }

  createEncoder(sampleRate: number, complexity: number, bitRate: number): object {
    const pointer = this.#module._oc_create_encoder(sampleRate, 1, APPLICATION_AUDIO, this.#error);
    const encoder = this.#object("encoder", pointer);
    this.tune(encoder, complexity, bitRate, false);
    return encoder;
  }

  tune(encoder: object, complexity: number, bitRate: number, isMusic: boolean): void {
    const { pointer } = this.#open(encoder, "encoder");
    const settings = [
      [SET_COMPLEXITY, complexity],
      [SET_BITRATE, bitRate],
      [SET_SIGNAL, isMusic ? SIGNAL_MUSIC : SIGNAL_VOICE],
    ] as const;
    for (const [request, value] of settings) {
      const code = this.#module._oc_encoder_ctl(pointer, request, value);
      if (code !== 0) throw failure("opus-argument", `libopus gave code ${code}`);
    }
  }

  createDecoder(sampleRate: number): object {
    return this.#object("decoder", this.#module._oc_create_decoder(sampleRate, 1, this.#error));
  }

  encode(encoder: object, pcm: Int16Array, packet: Uint8Array): number {
    const { pointer } = this.#open(encoder, "encoder");
    if (!(pcm instanceof Int16Array)) throw failure("opus-argument", "expected an Int16Array");
    if (pcm.length === 0 || pcm.length > MAX_SAMPLES)
      throw failure("opus-argument", `no Opus frame has ${pcm.length} samples`);
    this.#module.HEAP16.set(pcm, this.#pcm >> 1);
    const room = Math.min(packet.length, MAX_PACKET_BYTES);
    const bytes = this.#module._oc_encode(pointer, this.#pcm, pcm.length, this.#packet, room);
    if (bytes === BAD_ARGUMENT) throw failure("opus-argument", `no Opus frame has ${pcm.length} samples`);
    if (bytes < 0) throw failure("opus-failed", `libopus gave code ${bytes}`);
    packet.set(this.#module.HEAPU8.subarray(this.#packet, this.#packet + bytes));
    return bytes;
  }

  decode(decoder: object, packet: Uint8Array): Int16Array {
    const { pointer } = this.#open(decoder, "decoder");
    if (!(packet instanceof Uint8Array)) throw failure("opus-argument", "expected a Uint8Array");
    if (packet.length === 0 || packet.length > 65_535)
      throw failure("opus-packet", `no Opus packet has ${packet.length} bytes`);
    this.#module.HEAPU8.set(packet, this.#packet);
    const samples = this.#module._oc_decode(pointer, this.#packet, packet.length, this.#pcm, MAX_SAMPLES, 0);
    if (samples < 0) throw failure("opus-packet", `libopus gave code ${samples}`);
    return this.#module.HEAP16.slice(this.#pcm >> 1, (this.#pcm >> 1) + samples);
  }

  close(codec: object): void {
    const state = states.get(codec);
    if (!state) throw failure("opus-argument", "expected an Opus codec");
    this.#free(state);
  }

  #object(kind: Codec["kind"], pointer: number): object {
    const code = this.#module.HEAP32[this.#error >> 2];
    if (pointer === 0 || code !== 0) throw failure("opus-argument", `libopus gave code ${code}`);
    const object = {};
    const state: Codec = { kind, pointer };
    states.set(object, state);
    this.#abandoned.register(object, state);
    return object;
  }

  #open(codec: object, kind: Codec["kind"]): Codec {
    const state = states.get(codec);
    if (state?.kind !== kind) throw failure("opus-argument", `expected an Opus ${kind}`);
    if (state.pointer === 0) throw failure("opus-closed", `the ${kind} is closed`);
    return state;
  }

  #free(state: Codec): void {
    if (state.pointer === 0) return;
    if (state.kind === "encoder") this.#module._oc_destroy_encoder(state.pointer);
    else this.#module._oc_destroy_decoder(state.pointer);
    state.pointer = 0;
  }
}

const states = new WeakMap<object, Codec>();
