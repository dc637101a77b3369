import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { showCrews } from "./metrics/crew-figures.ts";
import { type Keeping, showKeeping } from "./metrics/keeping-figures.ts";
import { ProcessFigures } from "./metrics/process-figures.ts";
import type { TurnCounters } from "./pipeline/turn-counters.ts";
import type { TurnReport, TurnStages } from "./pipeline/turn-report.ts";
import type { Crew } from "./workers/worker-pool.ts";

const PREFIX = "xiaozhi";
/** Seconds; speech feels prompt below half a second and broken beyond a few. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1, 1.5, 2, 3, 5, 10, 20, 40];
const STAGES: readonly (keyof TurnStages)[] = ["endpoint", "asr", "think", "tts", "firstFrame", "total"];

/** What the figures are made from besides turns. */
export interface MetricsOptions {
  /** Devices connected now. */
  readonly sessions: () => number;
  /** The transport of each of them. */
  readonly transports?: () => Iterable<string>;
  /** Sound that is being sent now. */
  readonly speaking: () => number;
  /** Frames that were encoded so far, by the level of care. */
  readonly encodedFrames: () => { readonly [level: string]: number };
  /** Name of the provider of each stage; tools have none. */
  readonly providers: { readonly [stage: string]: string };
  /** Those of the stages that have several. */
  readonly health?: readonly Health[];
  /** Threads that work for stages. */
  readonly crews?: Iterable<Crew>;
  /** Where conversations are kept. */
  readonly keeping?: Keeping | undefined;
}

/** How a provider is that others stand in for. */
interface Health {
  readonly stage: string;
  readonly name: string;
  readonly isUp: boolean;
  /** Failures so far. */
  readonly failures: number;
}

/** The server's figures as Prometheus reads them. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #stages: Histogram<"stage">;
  readonly #turns: Counter<"interrupted">;
  readonly #tokens: Counter<"kind">;
  readonly #frames = { up: 0, down: 0 };
  readonly #calls: Counter<"outcome">;
  readonly #process: ProcessFigures;
  /** Counts what happens in turns. */
  readonly counters: TurnCounters;

  constructor(options: MetricsOptions) {
    const { encodedFrames, providers, health = [], crews = [], keeping } = options;
    this.#showDevices(options);
    this.#stages = new Histogram({
      name: `${PREFIX}_turn_seconds`,
      help: "Seconds that the stages of a turn took; first_frame is what the user waits for.",
      labelNames: ["stage"],
      buckets: BUCKETS,
      registers: [this.#registry],
    });
    this.#turns = this.#counter("turns", "Turns that have ended.", ["interrupted"]);
    this.#tokens = this.#counter("tokens", "Tokens that language models read (prompt) and wrote.", ["kind"]);
    this.#countFrames();
    this.#countEncoded(encodedFrames);
    if (health.length > 0) this.#showHealth(health);
    showCrews(this.#registry, crews);
    if (keeping) showKeeping(this.#registry, keeping);
    this.#calls = this.#counter("calls", "Wake words that a device answered, or left to another one.", ["outcome"]);
    this.#process = new ProcessFigures(this.#registry);
    this.counters = this.#createCounters(providers);
  }

  /** Begins to measure what takes a timer. */
  start(): void {
    this.#process.start();
  }

  stop(): void {
    this.#process.stop();
  }

  /** A device was called. */
  called(outcome: "answered" | "silenced"): void {
    this.#calls.inc({ outcome });
  }

  /** Content type of the text. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Takes in a turn that has ended. */
  observe({ stages, tokens, isInterrupted }: TurnReport): void {
    this.#turns.inc({ interrupted: String(isInterrupted) });
    if (tokens) {
      this.#tokens.inc({ kind: "prompt" }, tokens.prompt);
      this.#tokens.inc({ kind: "completion" }, tokens.completion);
    }
    for (const stage of STAGES) {
      const ms = stages[stage];
      if (ms !== undefined) this.#stages.observe({ stage: snakeCase(stage) }, ms / 1000);
    }
  }

  /** All figures in Prometheus' text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #showDevices({ sessions, speaking, transports }: MetricsOptions): void {
    this.#gauge("sessions", "Devices that are connected.", sessions);
    this.#gauge("speaking", "Answers whose sound is being sent.", speaking);
    new Gauge({
      name: `${PREFIX}_sessions_by_transport`,
      help: "Devices that are connected, by how.",
      labelNames: ["transport"],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const transport of transports?.() ?? []) this.inc({ transport });
      },
    });
  }

  #createCounters(providers: MetricsOptions["providers"]): TurnCounters {
    const cutOffs = this.#counter("cut_offs", "Ends of speech that came too early: the user went on.");
    const falseStarts = this.#counter("false_starts", "Beginnings of speech that held no words.");
    const interruptions = this.#counter("interruptions", "Answers that were interrupted.", ["by"]);
    const speculations = this.#counter("speculations", "Work done before the end of speech was sure.", ["outcome"]);
    const failures = this.#counter("failures", "Failures of a stage.", ["stage", "provider", "code"]);
    return {
      cutOff: () => cutOffs.inc(),
      falseStart: () => falseStarts.inc(),
      interruption: (by) => interruptions.inc({ by }),
      speculation: (outcome) => speculations.inc({ outcome }),
      failure: (stage, code) => failures.inc({ stage, provider: providers[stage] ?? "", code }),
      frame: (direction) => {
        this.#frames[direction]++;
      },
    };
  }

  #gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name: `${PREFIX}_${name}`,
      help,
      registers: [this.#registry],
      collect() {
        this.set(read());
      },
    });
  }

  #counter<Label extends string = never>(name: string, help: string, labelNames: Label[] = []): Counter<Label> {
    return new Counter({ name: `${PREFIX}_${name}_total`, help, labelNames, registers: [this.#registry] });
  }

  #countEncoded(read: MetricsOptions["encodedFrames"]): void {
    new Counter({
      name: `${PREFIX}_encoded_frames_total`,
      help: "Frames encoded with a complexity of 5, 3 or 0, or as music: the more speak at once, the cheaper.",
      labelNames: ["level"],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const [level, count] of Object.entries(read())) this.inc({ level }, count);
      },
    });
  }

  #showHealth(health: readonly Health[]): void {
    const labels = { labelNames: ["stage", "provider"], registers: [this.#registry] };
    new Gauge({
      name: `${PREFIX}_provider_up`,
      help: "Whether the last answer of a provider that others stand in for was one.",
      ...labels,
      collect() {
        for (const { stage, name, isUp } of health) this.set({ stage, provider: name }, isUp ? 1 : 0);
      },
    });
    new Counter({
      name: `${PREFIX}_provider_failures_total`,
      help: "Failures of providers that others stand in for.",
      ...labels,
      collect() {
        this.reset();
        for (const { stage, name, failures } of health) this.inc({ stage, provider: name }, failures);
      },
    });
  }

  /** A frame costs an addition; the rest is done when somebody reads. */
  #countFrames(): void {
    const frames = this.#frames;
    new Counter({
      name: `${PREFIX}_frames_total`,
      help: "Frames of sound from devices (up) and to them (down).",
      labelNames: ["direction"],
      registers: [this.#registry],
      collect() {
        this.reset();
        this.inc({ direction: "up" }, frames.up);
        this.inc({ direction: "down" }, frames.down);
      },
    });
  }
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
