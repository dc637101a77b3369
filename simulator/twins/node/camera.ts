import type { Hardware } from "../../device/hardware.ts";
import type { TwinPart } from "./part.ts";

/** The Node side of `camera-chip`. */
export function createCamera(hardware: Pick<Hardware, "photo">): TwinPart {
  return {
    calls: {
      "camera.open": () => {
        if (hardware.photo === "broken") throw new Error("no camera answers, or there is no memory for its pictures");
      },
      "camera.take": (maxBytes: number) => {
        const { photo } = hardware;
        if (!(photo instanceof Uint8Array)) throw new Error("the camera gives no picture");
        if (photo.byteLength > maxBytes) throw new Error("the picture is too large");
        return photo;
      },
    },
    close() {},
  };
}
