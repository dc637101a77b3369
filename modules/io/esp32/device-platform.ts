import { frozen } from "protocol/frozen";

/** What ESP-IDF offers and the SDK does not; each method body is one `native()` call. */
export default frozen({
  isOnTrial(): boolean {
    return native("xs_platform_isOnTrial").call(this);
  },
  confirm(): void {
    native("xs_platform_confirm").call(this);
  },
  freeHeap(): number | undefined {
    return native("xs_platform_freeHeap").call(this);
  },
  setRadioSleep(level: number): void {
    native("xs_platform_setRadioSleep").call(this, level);
  },
  setTransmitPower(quarters: number): void {
    native("xs_platform_setTransmitPower").call(this, quarters);
  },
});
