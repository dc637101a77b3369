import { Random } from "../../../simulator/random.ts";
import { DAY_MS, drawMoment } from "./day-curve.ts";
import type { FleetTransport, Life, PlannedConversation } from "./life.ts";
import { drawConversation, drawLength } from "./talk.ts";
import { drawWeather } from "./weather.ts";

/** What the fleet does. */
export type Scenario = "day" | "storm" | "talk" | "idle";

/** The scenarios, and how many minutes each lasts on virtual time. */
export const SCENARIOS: { readonly [name in Scenario]: { readonly minutes: number; readonly summary: string } } = {
  day: { minutes: 24 * 60, summary: "people talk in the morning, in the evening, and a little all day" },
  storm: { minutes: 6, summary: "all start at once, lose their server, come back at once, and then all ask at once" },
  talk: { minutes: 5, summary: "all talk all the time" },
  idle: { minutes: 60, summary: "all are connected, and nobody talks" },
};

/** The whole fleet, before it lives. */
export interface FleetPlan {
  readonly scenario: Scenario;
  readonly count: number;
  readonly seed: number;
  /** ms that it lasts. */
  readonly ms: number;
  /** Turns of each device in the scenario `day`. */
  readonly turns: number;
  readonly transport: FleetTransport | "mixed";
}

/** ms between the starts of two devices, so that they do not all ask at once. */
const START_EVERY_MS = 20;
/** In a storm: when the server goes, for how long, and when all ask. */
export const STORM = { outageAt: 60_000, outageMs: 10_000, askAt: 180_000 } as const;
/** All in a storm ask within this. */
const ASK_WITHIN_MS = 5_000;
const TALKS_FOREVER = 2_000;

/** What happens to device `number`, from 1; the same for the same seed, however many there are beside it. */
export function planLife(plan: FleetPlan, number: number): Life {
  const random = (what: string) => new Random(plan.seed, `${what} ${number}`);
  const transport = plan.transport === "mixed" ? (number % 2 === 0 ? "mqtt" : "websocket") : plan.transport;
  // Before the storm the network of each is left alone, so that what is seen is the storm.
  const weather = drawWeather(random("weather"), plan.ms, plan.scenario === "storm" ? 0 : 1);
  const startsAt = plan.scenario === "storm" ? 0 : (number - 1) * START_EVERY_MS;
  return { number, transport, startsAt, conversations: planTalk(plan, random("talk"), startsAt), weather };
}

function planTalk({ scenario, turns, ms }: FleetPlan, random: Random, startsAt: number): PlannedConversation[] {
  if (scenario === "idle") return [];
  if (scenario === "day") return planDay(random, turns, ms);
  if (scenario === "storm") return [drawConversation(random, STORM.askAt + random.between(0, ASK_WITHIN_MS), 1)];
  // The first begin within ten seconds; how many turns there is time for is seen then.
  return [drawConversation(random, startsAt + random.between(0, 10_000), TALKS_FOREVER)];
}

/** A shorter day is the same one in less time. */
function planDay(random: Random, turns: number, ms: number): PlannedConversation[] {
  const conversations: PlannedConversation[] = [];
  for (let left = turns; left > 0; ) {
    const length = drawLength(random, left);
    conversations.push(drawConversation(random, Math.round((drawMoment(random) * ms) / DAY_MS), length));
    left -= length;
  }
  return conversations.sort((a, b) => a.at - b.at);
}
