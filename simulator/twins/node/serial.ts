import type { SerialLine } from "../../device/serial-line.ts";
import type { TwinHost, TwinPart } from "./part.ts";

/** The Node side of `embedded:io/serial`: one line, whatever its port and pins are. */
export function createSerial(host: TwinHost, line: SerialLine): TwinPart {
  let open: number | undefined;
  const tell = (method: string, count: () => number) => {
    let isPosted = false;
    return () => {
      if (isPosted) return;
      isPosted = true;
      host.post(() => {
        isPosted = false;
        if (open !== undefined && count() > 0) host.notify(open, method, count());
      });
    };
  };
  return {
    calls: {
      "serial.open": (id: number) => {
        if (open !== undefined) throw new RangeError("port in use");
        open = id;
        line.onReadable = tell("$readable", () => line.waiting);
        line.onWritable = tell("$writable", () => line.room);
        line.onReadable();
        line.onWritable();
      },
      "serial.read": () => {
        if (line.waiting === 0) return undefined;
        const bytes = line.take();
        if (line.waiting > 0) line.onReadable();
        return bytes;
      },
      "serial.write": (bytes: Uint8Array) => {
        if (!line.transmit(Uint8Array.from(new Uint8Array(bytes)))) throw new Error("output full");
      },
      "serial.close": () => {
        open = undefined;
        line.reset();
      },
    },
    close() {
      open = undefined;
      line.reset();
    },
  };
}
