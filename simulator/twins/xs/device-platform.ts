import { call } from "host";

/** What the firmware's own native part offers on ESP32 beyond the SDK. */
export default Object.freeze({
  isOnTrial(): boolean {
    return call("platform.isOnTrial");
  },
  confirm(): void {
    call("platform.confirm");
  },
  freeHeap(): number | undefined {
    return call("platform.freeHeap");
  },
  setRadioSleep(level: number): void {
    call("platform.setRadioSleep", level);
  },
  setTransmitPower(quarters: number): void {
    call("platform.setTransmitPower", quarters);
  },
});
