import { providerLabels } from "../config/models-in-use.ts";
import { Metrics } from "../metrics.ts";
import type { Pacer } from "../pipeline/pace/pacer.ts";
import type { Roster } from "../session/roster.ts";
import type { Session } from "../session/session.ts";
import type { Stages } from "../stages.ts";
import type { Crew } from "../workers/worker-pool.ts";
import type { ServerOptions } from "./contract.ts";

/** What of the server is shown as figures. */
export interface MetricsParts {
  readonly options: ServerOptions;
  readonly sessions: Roster<Session>;
  readonly pacer: Pacer;
  readonly stages: Stages;
  /** Threads that recognise and speak. */
  readonly crews: Iterable<Crew>;
  /** Entries of the history that wait to be written. */
  readonly waiting: () => number;
}

/** The figures of a server. */
export function createMetrics({ options, sessions, pacer, stages, crews, waiting }: MetricsParts): Metrics {
  const { config, storage } = options;
  return new Metrics({
    sessions: () => sessions.size,
    transports: () => [...sessions].map(({ transport }) => transport),
    speaking: () => pacer.activeTracks,
    encodedFrames: () => pacer.effort.frames,
    providers: providerLabels(config),
    health: stages.health ?? [],
    crews,
    keeping: storage && { waiting, effort: storage.effort },
  });
}
