/** Hz that the server wants. */
const RATE = 16_000;
const FRAME_SAMPLES = 320;
const FRAME_MS = 20;

/** The microphone is not to be had. */
export type MicrophoneFault = "insecure" | "noMicrophone";

/** The browser's microphone and loudspeaker. */
export class Sound {
  readonly #context = new AudioContext({ latencyHint: "interactive" });
  readonly #onFrame: (frame: ArrayBuffer) => void;
  #speaker: AudioWorkletNode | undefined;
  #stream: MediaStream | undefined;
  #isReading = false;

  /** @param onFrame is given 20 ms of sound, of microphone or file */
  constructor(onFrame: (frame: ArrayBuffer) => void) {
    this.#onFrame = onFrame;
  }

  /** To be called when somebody clicks, or the browser plays nothing. Gives what keeps the microphone away. */
  async open(): Promise<MicrophoneFault | undefined> {
    const context = this.#context;
    await context.resume();
    // A page of another computer has worklets over HTTPS only; without them nothing is heard, and all else works.
    if (!context.audioWorklet) return "insecure";
    await context.audioWorklet.addModule("speaker-worklet.js");
    this.#speaker = new AudioWorkletNode(context, "speaker-queue");
    this.#speaker.connect(context.destination);
    return this.#openMicrophone();
  }

  async #openMicrophone(): Promise<MicrophoneFault | undefined> {
    const context = this.#context;
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia({
        audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
      });
    } catch {
      return "noMicrophone";
    }
    await context.audioWorklet.addModule("microphone-worklet.js");
    const microphone = new AudioWorkletNode(context, "microphone-frames", { numberOfOutputs: 0 });
    microphone.port.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
      if (!this.#isReading) this.#onFrame(data);
    };
    context.createMediaStreamSource(this.#stream).connect(microphone);
    return undefined;
  }

  /** 16-bit samples. */
  play(samples: Int16Array, rate: number): void {
    const floats = Float32Array.from(samples, (sample) => sample / 32_768);
    this.#speaker?.port.postMessage({ samples: floats, rate }, [floats.buffer]);
  }

  /**
   * Speaks a recording in the microphone's place, as fast as it was spoken.
   * @throws DOMException when it is no sound
   */
  async speak(file: ArrayBuffer): Promise<void> {
    const samples = await this.#samplesOf(file);
    this.#isReading = true;
    const begun = performance.now();
    try {
      for (let at = 0; at < samples.length; at += FRAME_SAMPLES) {
        const frame = samples.slice(at, at + FRAME_SAMPLES);
        this.#onFrame(frame.buffer);
        const due = begun + (at / FRAME_SAMPLES + 1) * FRAME_MS;
        const wait = due - performance.now();
        if (wait > 0) await new Promise((resume) => setTimeout(resume, wait));
      }
    } finally {
      this.#isReading = false;
    }
  }

  async #samplesOf(file: ArrayBuffer): Promise<Int16Array<ArrayBuffer>> {
    const decoded = await this.#context.decodeAudioData(file);
    const offline = new OfflineAudioContext(1, Math.max(1, Math.ceil(decoded.duration * RATE)), RATE);
    const source = offline.createBufferSource();
    source.buffer = decoded;
    source.connect(offline.destination);
    source.start();
    const mono = (await offline.startRendering()).getChannelData(0);
    return Int16Array.from(mono, (sample) => Math.max(-1, Math.min(1, sample)) * 32_767);
  }

  async close(): Promise<void> {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    await this.#context.close();
  }
}
