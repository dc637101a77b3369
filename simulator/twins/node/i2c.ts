import type { I2cBuses } from "../../device/i2c-buses.ts";
import type { TwinPart } from "./part.ts";

interface OpenDevice {
  readonly data: number;
  readonly clock: number;
  readonly address: number;
}

/** The Node side of `embedded:io/i2c`. */
export function createI2c(buses: I2cBuses): TwinPart {
  const open = new Map<number, OpenDevice>();

  function chipOf(id: number) {
    const device = open.get(id);
    if (!device) throw new Error("closed");
    return buses.chipAt(device.address);
  }

  return {
    calls: {
      "i2c.open": (id: number, data: number, clock: number, address: number) => {
        for (const other of open.values()) {
          if (other.data === data && other.clock === clock && other.address === address) {
            throw new RangeError("duplicate address");
          }
        }
        open.set(id, { data, clock, address });
      },
      "i2c.write": (id: number, bytes: ArrayBuffer) => {
        if (!chipOf(id)?.receive(new Uint8Array(bytes))) throw new Error("write failed");
      },
      "i2c.read": (id: number, byteLength: number) => {
        const bytes = chipOf(id)?.give(byteLength);
        if (!bytes) throw new Error("read failed");
        return bytes;
      },
      "i2c.close": (id: number) => {
        open.delete(id);
      },
    },
    close() {
      open.clear();
    },
  };
}
