/** What an import took, and what it left and why. */
export class ImportReport {
  readonly taken: string[] = [];
  readonly left: string[] = [];

  take(what: string): void {
    this.taken.push(what);
  }

  leave(what: string, why: string): void {
    this.left.push(`${what}: ${why}`);
  }

  /** For people. */
  lines(): string[] {
    const part = (title: string, lines: readonly string[]) =>
      lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
    return [...part("Taken:", this.taken), ...part("Not taken:", this.left)];
  }
}
