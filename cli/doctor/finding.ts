/** What was found. A fault keeps something from working; a warning may. */
export interface Finding {
  /** What it is about: `ports`. */
  readonly topic: string;
  readonly level: "good" | "note" | "warning" | "fault";
  readonly text: string;
  /** What to do about it. */
  readonly advice?: string;
}

const MARKS = { good: "✔", note: "·", warning: "!", fault: "✘" } as const;

/** Findings for people, by topic. */
export function describeFindings(findings: readonly Finding[]): string {
  const topics = [...new Set(findings.map(({ topic }) => topic))];
  const sections = topics.map((topic) => {
    const lines = findings.filter((finding) => finding.topic === topic).map(lineOf);
    return `${topic}\n${lines.join("\n")}`;
  });
  return `${sections.join("\n\n")}\n\n${summaryOf(findings)}`;
}

function lineOf({ level, text, advice }: Finding): string {
  const lines = text.split("\n").join("\n      ");
  return `  ${MARKS[level]} ${lines}${advice === undefined ? "" : `\n      → ${advice}`}`;
}

function summaryOf(findings: readonly Finding[]): string {
  const count = (level: Finding["level"]) => findings.filter((finding) => finding.level === level).length;
  const [faults, warnings] = [count("fault"), count("warning")];
  if (faults === 0 && warnings === 0) return "Everything is well.";
  const counted = (number: number, noun: string) => `${number} ${noun}${number === 1 ? "" : "s"}`;
  return `${counted(faults, "fault")}, ${counted(warnings, "warning")}.`;
}
