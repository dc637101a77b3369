import type { ConversationCost } from "./conversations.ts";
import type { SpeechCost } from "./speech.ts";

/** What a machine is good for. */
export interface Capacity {
  /** Devices that talk at once where recogniser, model and voice run elsewhere. */
  readonly talkers: number;
  /** The same with the recogniser and the voice that come with the server. */
  readonly embeddedTalkers: number;
  /** Devices of a home or an office, of which one in fifty talks in the busiest minute. */
  readonly owners: number;
  /** Silent devices for each GiB of memory. */
  readonly idleForGib: number;
}

/** Load that leaves time for the unusual. */
const MOST_LOAD = 0.7;
/** Share of a conversation in which somebody speaks, and in which the device does. */
const SPEAKING = 0.33;
const ANSWERING = 0.33;
/** One in so many devices talks in the busiest minute of a day. */
const TALKING_OF = 50;
const GIB = 1024 ** 3;

/**
 * Reckons what follows from what was measured. Sessions run on one core, recogniser and voice on all of them.
 *
 * @param cores that this machine has
 */
export function capacityOf(
  { coreShare, idleRssBytes }: Pick<ConversationCost, "coreShare" | "idleRssBytes">,
  { recogniser, voice }: SpeechCost,
  cores: number,
): Capacity {
  const talkers = Math.floor(MOST_LOAD / coreShare);
  const speech = SPEAKING * recogniser + ANSWERING * voice;
  const embedded = Math.floor((MOST_LOAD * cores) / (coreShare + speech));
  return {
    talkers,
    embeddedTalkers: Math.min(talkers, embedded),
    owners: talkers * TALKING_OF,
    idleForGib: Math.floor(GIB / Math.max(idleRssBytes, 1_024)),
  };
}

/** The same in plain words. */
export function describeCapacity({ talkers, embeddedTalkers, owners, idleForGib }: Capacity): string {
  const about = (count: number) => {
    const digits = Math.max(0, String(Math.round(count)).length - 2);
    return (Math.round(count / 10 ** digits) * 10 ** digits).toLocaleString("en-US");
  };
  return (
    `This machine serves about ${about(talkers)} devices talking at once where speech and model are services elsewhere ` +
    `(some ${about(owners)} devices in use, if one in ${TALKING_OF} talks in the busiest minute), and about ${about(embeddedTalkers)} with the ` +
    `recogniser and voice that come with the server. Each GiB of memory holds ${about(idleForGib)} connected devices.`
  );
}
