/** On XS: reads what Node gives it, and tells what became of it. */

import { call, register } from "host";
import { outcome } from "../../fuzz/reading.ts";

/** As `modules/io/web-socket` makes a text of what came. */
function textOf(bytes: ArrayBuffer): string | undefined {
  try {
    return String.fromArrayBuffer(bytes);
  } catch {
    return undefined;
  }
}

const reader = {
  read: (kind: string, bytes: ArrayBuffer) => outcome(kind, textOf(bytes), new Uint8Array(bytes)),
};

call("ready", register(reader));
