/** Lines of a server's log that tell of a fault of its own: errors, and what no program throws on purpose. */
export function faultsIn(log: readonly Record<string, unknown>[]): Record<string, unknown>[] {
  return log.filter((line) => Number(line["level"]) >= 50 || OWN.test(JSON.stringify(line)));
}

const OWN = /\b(TypeError|ReferenceError|RangeError|AssertionError)\b/;
