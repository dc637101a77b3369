/** What a device that never was ready was doing at the end, by its state. */
const OBSTACLES: { readonly [state: string]: string } = {
  off: "did not start",
  starting: "was still starting, without a network",
  wifi_configuring: "was given no network",
  activating: "without an answer of the server, or waiting for a code to be entered there",
  upgrading: "was still installing new firmware",
};

/**
 * How many devices were ready, and what kept the others from it: "1 of 2 devices were ready; 1 was given no network".
 *
 * @param others the states of those that were not, at the end
 */
export function describeReady(ready: number, others: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const state of others) {
    const obstacle = OBSTACLES[state] ?? `was not ready in state ${state}`;
    counts.set(obstacle, (counts.get(obstacle) ?? 0) + 1);
  }
  const total = ready + others.length;
  const obstacles = [...counts].map(([obstacle, count]) => `; ${count} ${obstacle}`);
  return `${ready} of ${total} devices were ready${obstacles.join("")}`;
}
