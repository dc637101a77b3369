/** What sends one frame whenever it is told to. */
export interface Sender {
  sendFrame(): void;
}

/** How often it is looked whether frames are due, ms. */
const STEP_MS = 1;

/**
 * Lets each sender send once in `frameMs`, all spread over that time, as devices are. Everybody has times of its own that never
 * move: timers that are set anew after each frame would gather all devices at one moment after the first pause of the
 * load, and what the gateway then takes is a burst that no devices make. A frame that is late is sent all the same, and
 * noted. Gives what ends it.
 */
export function keepTimetable(
  senders: readonly Sender[],
  frameMs: number,
  onSent: (lateMs: number) => void,
): () => void {
  const startedAt = performance.now();
  let sent = 0;
  let timer: NodeJS.Timeout | undefined;
  const step = () => {
    const now = performance.now() - startedAt;
    for (let dueAt = dueTime(sent); dueAt <= now; dueAt = dueTime(sent)) {
      senders[sent % senders.length]?.sendFrame();
      onSent(performance.now() - startedAt - dueAt);
      sent++;
    }
    timer = setTimeout(step, STEP_MS);
  };
  const dueTime = (count: number) => (count * frameMs) / senders.length;
  step();
  return () => clearTimeout(timer);
}
