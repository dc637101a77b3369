/**
 * What may follow the words that were heard so far:
 * - `complete`: a command that only politeness, or nothing that matters, can be added to;
 * - `extendable`: a command that another one begins with ("set the volume to eighty", "turn it up");
 * - `unfinished`: the beginning of a command, and none yet;
 * - `unknown`: neither, so the words say nothing about whether there will be more.
 */
export type Outlook = "complete" | "extendable" | "unfinished" | "unknown";
