/** `xiaozhi bench`: sizes this machine; with a subject, which only the repository has, measures that. Gives the exit status. */
export async function run(args: string[]): Promise<number> {
  const [subject] = args;
  if (subject === undefined || subject.startsWith("-")) return (await import("./sizing.ts")).run(args);
  try {
    const bench = await import("../../bench/bench.ts");
    return bench.run(args);
  } catch (error) {
    if (!isMissing(error)) throw error;
    console.error(`xiaozhi bench ${subject}: only the repository has it; "xiaozhi bench" alone sizes this machine`);
    return 2;
  }
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND" && /bench/.test(error.message)
  );
}
