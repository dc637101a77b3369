/** Espressif's wake word detector in the task of the audio engine. Each method body is one `native()` call. */
export default class WakeNet extends Native("xs_wakenet_destructor") {
  /** The words were heard. */
  onHeard: (() => void) | undefined;

  /** @throws Error when the partition `model` has no such model, or the memory does not suffice for it */
  constructor(model: string) {
    super();
    native("xs_wakenet").call(this, model);
  }

  start(): void {
    native("xs_wakenet_start").call(this);
  }

  stop(): void {
    native("xs_wakenet_stop").call(this);
  }
}
