import { call } from "host";

/** In place of the firmware's own `camera-chip` on an ESP32: what it sees is a file that `Hardware.photo` holds. */
export default class CameraChip {
  constructor(_wiring: Uint8Array, _clockHz: number, _width: number) {
    call("camera.open");
  }

  take(_qualityPercent: number, maxBytes: number): ArrayBuffer {
    return call("camera.take", maxBytes) as ArrayBuffer;
  }
}
