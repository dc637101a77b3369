/** What the program that runs a Linux build offers: lines of its standard input, and a way to ask it for something. */
interface Screen {
  onMessage?: (line: string) => void;
  postMessage(message: string): void;
}

function screen(): Screen | undefined {
  return (globalThis as { readonly screen?: Screen }).screen;
}

/** Calls `run` with the rest of each line that begins with `word`; several listeners may share a word. */
export function onLine(word: string, run: (rest: string) => void): void {
  const owner = screen();
  if (!owner) return;
  const earlier = owner.onMessage;
  owner.onMessage = (line) => {
    earlier?.(line);
    if (line === word) run("");
    else if (line.startsWith(`${word} `)) run(line.slice(word.length + 1));
  };
}

/** Asks the runner: `exit:<status>` or `restart`. */
export function askRunner(message: string): void {
  screen()?.postMessage(message);
}
