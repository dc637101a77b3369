import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { z } from "zod";
import { TtsError } from "../../errors.ts";
import { programEnvironment } from "../../programs/environment.ts";
import { limitedProgram, USUAL_LIMITS } from "../../programs/limited-program.ts";
import { defineTts, type ProviderContext } from "../provider.ts";
import type { Speech, Tts } from "../tts.ts";
import { speechOf } from "./sound-stream.ts";

/** Longest part of a program's own words in an error. */
const MAX_REASON_CHARACTERS = 200;
const PLACE = "{text}";

const settings = z.strictObject({
  command: z.string().min(1).describe("The program: espeak-ng. It is run for each sentence, without a shell."),
  args: z
    .array(z.string())
    .default([])
    .describe("Its arguments; {text} is what is to be said, which else comes by standard input. --stdout, -v, zh."),
  env: z
    .record(z.string(), z.string())
    .default({})
    .describe("Variables that it needs beside those that every program has: of the server's own it gets no others."),
  sample_rate: z
    .int()
    .min(8_000)
    .max(192_000)
    .default(22_050)
    .describe("Hz of bare samples (16 bits, mono); WAV and MP3 say theirs themselves."),
  memory_mib: z
    .int()
    .min(0)
    .optional()
    .describe("MiB of memory that it may take; left out, half of this computer's (2048 at least); 0: no limit."),
  cpu_seconds: z.int().min(0).default(120).describe("Seconds of processor time that a sentence may take; 0: no limit."),
  file_mib: z.int().min(0).default(0).describe("MiB of the largest file that it may write; 0: no limit."),
});

type Settings = z.output<typeof settings>;
type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** Any program that writes speech to its standard output: espeak-ng, piper, `say` of one's own. */
export const command = defineTts({
  name: "command",
  settings,
  create: (given, context) => new CommandTts(given, context),
});

class CommandTts implements Tts {
  readonly #settings: Settings;
  readonly #context: ProviderContext;

  constructor(given: Settings, context: ProviderContext) {
    this.#settings = given;
    this.#context = context;
  }

  async *speak(text: string, signal: AbortSignal): AsyncIterable<Speech> {
    if (signal.aborted) return;
    // A program's time is real time.
    const release = this.#context.clock.hold();
    const child = this.#start(text);
    const end = endOf(child);
    const stop = () => endGroup(child);
    signal.addEventListener("abort", stop, { once: true });
    let samples = 0;
    try {
      for await (const speech of speechOf(child.stdout, this.#settings.sample_rate)) {
        // What the program had said before it was ended may still come.
        if (signal.aborted) return;
        samples += speech.pcm.length;
        yield speech;
      }
      const problem = await end;
      if (problem !== undefined && !signal.aborted) throw this.#failure(problem);
      if (samples === 0 && !signal.aborted) throw this.#failure("it gave no sound");
    } catch (cause) {
      if (signal.aborted) return;
      throw cause instanceof TtsError ? cause : this.#failure(String(cause), cause);
    } finally {
      signal.removeEventListener("abort", stop);
      // It may still be at work when nobody listens any more.
      stop();
      release();
    }
  }

  async close(): Promise<void> {}

  #start(text: string): Child {
    const {
      command: program,
      args,
      memory_mib: memoryMib,
      cpu_seconds: cpuSeconds,
      file_mib: fileMib,
    } = this.#settings;
    // What begins like an option would be taken for one.
    const said = text.startsWith("-") ? ` ${text}` : text;
    const given = args.map((argument) => argument.replaceAll(PLACE, () => said));
    const env = programEnvironment(this.#settings.env);
    const limits = { ...USUAL_LIMITS, cpuSeconds, fileMib, ...(memoryMib !== undefined && { memoryMib }) };
    const limited = limitedProgram({ command: program, args: given }, limits, env["PATH"]);
    // A group of its own, so that what it starts ends with it.
    const options = { windowsHide: true, detached: process.platform !== "win32", env };
    const child = spawn(limited.command, limited.args, { stdio: ["pipe", "pipe", "pipe"], ...options });
    // A program that does not read has ended, which is told below.
    child.stdin.on("error", () => {});
    child.stdin.end(args.some((argument) => argument.includes(PLACE)) ? "" : text);
    return child;
  }

  #failure(reason: string, cause?: unknown): TtsError {
    const { command: program } = this.#settings;
    return new TtsError("tts-command-failed", `tts.command.command: ${program}: ${reason}`, { cause });
  }
}

/** Ends a program at once, and what it has started. */
function endGroup(child: Child): void {
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? child.pid : -child.pid, "SIGKILL");
  } catch {
    // it has ended
  }
}

/** What is to be told of its end; undefined when that is well. */
function endOf(child: Child): Promise<string | undefined> {
  let words = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    words = (words + text).slice(-MAX_REASON_CHARACTERS);
  });
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code) => resolve(code === 0 ? undefined : `it ended with ${code}: ${words.trim()}`));
  });
}
