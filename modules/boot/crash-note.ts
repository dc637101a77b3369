import type { Clock } from "../../protocol/clock.ts";
import { isObject, type JsonObject, parseJson } from "../../protocol/json.ts";
import { log } from "../system/log.ts";

/** Where a note lies over the restart; "" for none. */
interface KeptNote {
  crashNote: string;
}

/** The SDK asks this function, if it is there, before it ends a program that cannot go on. */
interface AbortingPlatform {
  abort?: (reason: string, exception: unknown) => void;
}

/** Enough for the innermost lines of a stack; the settings take up to 4000 bytes. */
const MAX_ERROR_CHARACTERS = 100;
const MAX_STACK_CHARACTERS = 400;

/** Held only to be let go: when memory is full, the note needs some. */
const RESERVED_OBJECTS = 32;
const RESERVED_BYTES = 2048;

function reserve(): object[] {
  const held: object[] = [new ArrayBuffer(RESERVED_BYTES)];
  while (held.length < RESERVED_OBJECTS) held.push({});
  return held;
}

/** The frames of an error's stack, without the error itself, with which the stack begins. */
function framesOf(exception: unknown, error: string): string {
  const stack = exception instanceof Error ? (exception.stack ?? "") : "";
  return (stack.startsWith(error) ? stack.slice(error.length) : stack).trim();
}

function noteOf(reason: string, exception: unknown, uptimeMs: number): JsonObject {
  const error = exception === undefined ? "" : String(exception);
  const frames = framesOf(exception, error);
  return {
    reason,
    ...(error !== "" && { error: error.slice(0, MAX_ERROR_CHARACTERS) }),
    ...(frames !== "" && { stack: frames.slice(0, MAX_STACK_CHARACTERS) }),
    uptime_ms: uptimeMs,
  };
}

/**
 * From now on, what ends this program against its will leaves a note. The first one stays until it is reported: a
 * device that crashes again and again shall not wear its flash memory. A full stack leaves none, as the SDK does not ask
 * then; a full heap leaves one when what is held for it is enough.
 */
export function keepCrashNote(kept: KeptNote, clock: Clock): void {
  let held: object[] | undefined = reserve();
  (globalThis as AbortingPlatform).abort = (reason, exception) => {
    if (held) held.length = 0;
    held = undefined;
    try {
      if (kept.crashNote === "") kept.crashNote = JSON.stringify(noteOf(reason, exception, clock.now()));
    } catch {
      // The device ends anyway, and there is nothing left to tell it with.
    }
  };
}

/** What ended the program before this one; undefined when nothing did, or it was reported. */
export function readCrashNote(kept: KeptNote): JsonObject | undefined {
  if (kept.crashNote === "") return undefined;
  try {
    const note = parseJson(kept.crashNote);
    if (isObject(note)) return note;
  } catch {
    // Somebody else has written it.
  }
  log.warn("crash note unreadable", { characters: kept.crashNote.length });
  kept.crashNote = "";
  return undefined;
}
