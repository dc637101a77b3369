import { frozen } from "protocol/frozen";

/** A computer keeps what it has, and looks after its radio itself. */
export default frozen({
  isOnTrial: (): boolean => false,
  confirm(): void {},
  freeHeap: (): number | undefined => undefined,
  setRadioSleep(): void {},
  setTransmitPower(): void {},
});
