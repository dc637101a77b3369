import type { Clock } from "../../../protocol/clock.ts";
import { AppError } from "../../errors.ts";
import { contained } from "../../faults/contained.ts";
import type { Log } from "../../log.ts";
import type { AudioEvents, OpenAudio } from "../mqtt/audio-carrier.ts";
import type { DatagramOrigin } from "../mqtt/audio-claim.ts";
import { nonceOf } from "../mqtt/audio-path.ts";
import type { AudioIdentity } from "../mqtt/audio-port.ts";
import { FrameBatch, readBatch, type TakeFrame } from "./frame-batch.ts";
import type { FromThread, Soon, ToThread } from "./messages.ts";

/** ms after which a thread that ended is started anew: one that cannot live must not keep the others from it. */
const RESTART_MS = 1_000;

/** A thread that runs. */
export interface RunningThread {
  post(message: ToThread): void;
  /** Ends it; `onEnd` is not called any more. */
  stop(): Promise<void>;
  /** Takes a datagram that did not come through its socket: for tests. */
  receive?(datagram: Uint8Array, from: DatagramOrigin): void;
}

/** Starts a thread; `onEnd` is called when it has ended by itself. */
export type StartThread = (events: {
  readonly onMessage: (message: FromThread) => void;
  readonly onEnd: (reason: string) => void;
}) => RunningThread;

export interface ThreadedPortOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly lane: number;
  readonly startThread: StartThread;
  readonly soon: Soon;
}

/** A port for audio whose thread may end at any time: its sessions are lost then, and the thread is started anew. */
export class ThreadedPort {
  readonly #options: ThreadedPortOptions;
  readonly #sessions = new Map<number, AudioEvents>();
  readonly #batch = new FrameBatch();
  readonly #deliver: TakeFrame;
  #thread: RunningThread | undefined;
  #settle: { resolve(): void; reject(error: Error): void } | undefined;
  #address = { ip: "", port: 0 };
  #strays = 0;
  /** Of threads that have ended. */
  #pastStrays = 0;
  /** Its thread has ended, and the next one has not begun or has not opened the port yet. */
  #isDown = false;
  #isStopped = false;

  /** The thread starts with the port or with the first session. */
  constructor(options: ThreadedPortOptions) {
    this.#options = options;
    const { log, lane } = options;
    this.#deliver = contained({ log, at: "audio", lane }, (ssrc, timestamp, audio) => {
      const session = this.#sessions.get(ssrc);
      session?.onActivity();
      if (audio.byteLength > 0) session?.onAudio(audio, timestamp);
    });
  }

  /** Whether sessions can be opened here. */
  get isUsable(): boolean {
    return !this.#isDown && !this.#isStopped;
  }

  get sessionCount(): number {
    return this.#sessions.size;
  }

  get strayCount(): number {
    return this.#pastStrays + this.#strays;
  }

  /** The UDP port; 0 before it is bound. */
  get port(): number {
    return this.#address.port;
  }

  /** Opens the UDP port; 0 is any. @throws Error with the system's `code`, or AppError `audio-thread` when the thread ended */
  bind(ip: string, port: number): Promise<void> {
    this.#address = { ip, port };
    const thread = this.#running();
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      thread.post({ type: "bind", ip, port });
    });
  }

  open(identity: AudioIdentity, events: AudioEvents): OpenAudio {
    const { clock, lane } = this.#options;
    const { ssrc, key } = identity;
    this.#sessions.set(ssrc, events);
    this.#running().post({ type: "open", ssrc, key });
    const send = (audio: Uint8Array, timestamp = Math.floor(clock.now())) => this.#send(ssrc, timestamp, audio);
    const close = () => {
      if (!this.#sessions.delete(ssrc)) return;
      // What was sent before still goes out.
      this.#flush();
      this.#thread?.post({ type: "close", ssrc });
    };
    return { path: { key, nonce: nonceOf(ssrc), send }, lane, close };
  }

  /** Takes a datagram that did not come through the socket; false when the thread runs for itself. */
  receive(datagram: Uint8Array, from: DatagramOrigin): boolean {
    this.#thread?.receive?.(datagram, from);
    return this.#thread?.receive !== undefined;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    const thread = this.#thread;
    this.#thread = undefined;
    this.#address = { ip: "", port: 0 };
    await thread?.stop();
  }

  #send(ssrc: number, timestamp: number, audio: Uint8Array): void {
    if (!this.#sessions.has(ssrc) || audio.byteLength > 0xffff) return;
    const isFirst = this.#batch.isEmpty;
    this.#batch.add(ssrc, timestamp, audio);
    if (isFirst) this.#options.soon(() => this.#flush());
  }

  #flush(): void {
    if (!this.#batch.isEmpty) this.#thread?.post(this.#batch.take());
  }

  #running(): RunningThread {
    const handling = { log: this.#options.log, at: "audio-thread", lane: this.#options.lane };
    if (this.#thread) return this.#thread;
    // One that was stopped, or has ended, may still be heard: what it says is of the past.
    const ifCurrent =
      <Said>(hear: (said: Said) => void) =>
      (said: Said) => {
        if (this.#thread === thread) hear(said);
      };
    const thread = this.#options.startThread({
      onMessage: contained(
        handling,
        ifCurrent((message: FromThread) => this.#take(message)),
      ),
      onEnd: contained(
        handling,
        ifCurrent((reason: string) => this.#lose(reason)),
      ),
    });
    this.#thread = thread;
    return thread;
  }

  #take(message: FromThread): void {
    if (message instanceof Uint8Array) return readBatch(message, this.#deliver);
    if (message.type === "strays") this.#strays = message.count;
    else if (message.type === "bound") {
      this.#address = { ...this.#address, port: message.port };
      this.#isDown = false;
      this.#settle?.resolve();
      this.#settle = undefined;
    } else
      this.#refuse(Object.assign(new Error(`the port cannot be opened (${message.errno})`), { code: message.errno }));
  }

  /** The port was not opened: whoever asked for it is told; at a restart it is tried again. */
  #refuse(error: Error): void {
    if (this.#settle) {
      this.#settle.reject(error);
      this.#settle = undefined;
      return;
    }
    this.#lose(error.message);
  }

  #lose(reason: string): void {
    const thread = this.#thread;
    if (!thread) return;
    const { log, clock, lane } = this.#options;
    this.#thread = undefined;
    this.#isDown = true;
    this.#pastStrays += this.#strays;
    this.#strays = 0;
    this.#batch.take();
    const lost = [...this.#sessions.values()];
    this.#sessions.clear();
    log.error(
      { lane, sessions: lost.length, reason },
      "a thread for audio has ended; its sessions end, and it is started anew",
    );
    thread.stop().catch((error: unknown) => log.debug({ error }, "a thread for audio could not be ended"));
    for (const { onLost } of lost) onLost?.();
    this.#settle?.reject(new AppError("audio-thread", `audio-thread: ${reason}`));
    this.#settle = undefined;
    clock.schedule(RESTART_MS, () => this.#restart());
  }

  #restart(): void {
    if (this.#isStopped) return;
    const { ip, port } = this.#address;
    // Without an address, datagrams come through somebody else.
    if (ip === "") this.#isDown = false;
    else this.#running().post({ type: "bind", ip, port });
  }
}
