import { frozen } from "protocol/frozen";

/** A computer keeps what it has, and looks after its radio itself. */
export default frozen({
  isOnTrial: (): boolean => false,
  confirm(): void {},
  setRadioSleep(): void {},
  setTransmitPower(): void {},
});
