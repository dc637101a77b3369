/** The program is told of these, several at once; as in engine.h. */
export const HEARD = 1;
export const PLAYED = 2;
export const DRAINED = 4;
export const TROUBLE = 8;

/**
 * The native audio engine of an ESP32: its tasks listen, code, decode and play, whatever the program does meanwhile. Each
 * method body is one `native()` call, as in opus.ts. There is one engine at a time.
 */
export class Engine extends Native("xs_engine_destructor") {
  /** Called by the engine with what there is to know; not again before it has returned. */
  onEvents: ((events: number) => void) | undefined;

  /**
   * @param wiring as engine-native.c reads it; wiring.ts makes it
   * @throws Error when the hardware cannot be had, or memory
   */
  constructor(wiring: readonly number[]) {
    super();
    native("xs_engine").call(this, wiring);
  }

  close(): void {
    native("xs_engine_close").call(this);
  }

  startInput(makesPackets: boolean): void {
    native("xs_engine_start_input").call(this, makesPackets);
  }

  stopInput(): void {
    native("xs_engine_stop_input").call(this);
  }

  muteInput(isMuted: boolean): void {
    native("xs_engine_mute_input").call(this, isMuted);
  }

  /** The oldest packet of the microphone; undefined when there is none. */
  takePacket(): ArrayBuffer | undefined {
    return native("xs_engine_take_packet").call(this);
  }

  /** How loud the last 60 ms were, in percent of a scale by doublings. */
  level(): number {
    return native("xs_engine_level").call(this);
  }

  startOutput(): void {
    native("xs_engine_start_output").call(this);
  }

  stopOutput(): void {
    native("xs_engine_stop_output").call(this);
  }

  play(packet: Uint8Array, timestamp: number, lost: number): void {
    native("xs_engine_play").call(this, packet, timestamp, lost);
  }

  complete(): void {
    native("xs_engine_complete").call(this);
  }

  flush(): void {
    native("xs_engine_flush").call(this);
  }

  setVolume(percent: number): void {
    native("xs_engine_set_volume").call(this, percent);
  }

  ring(): void {
    native("xs_engine_ring").call(this);
  }

  chime(): void {
    native("xs_engine_chime").call(this);
  }

  silence(): void {
    native("xs_engine_silence").call(this);
  }

  waiting(): number {
    return native("xs_engine_waiting").call(this);
  }

  isDrained(): boolean {
    return native("xs_engine_is_drained").call(this);
  }

  /** The timestamp of a packet that was played, oldest first; 0 when there is none. */
  takePlayed(): number {
    return native("xs_engine_take_played").call(this);
  }

  /** Four 32-bit numbers since the last call: received, late, concealed, dropped. */
  takeCounts(counts: Uint8Array): void {
    native("xs_engine_take_counts").call(this, counts);
  }

  /** Five 32-bit numbers since the beginning: underruns, overflows, untaken, broken, stalls. */
  troubles(troubles: Uint8Array): void {
    native("xs_engine_troubles").call(this, troubles);
  }
}
