import AudioIn from "embedded:io/audio/in";
import Timer from "timer";
import type { Environment } from "../environment.ts";

/** Not all of this is used by the firmware, and so it is not declared. */
interface Input {
  readonly sampleRate: number;
  readonly channels: number;
  readonly bitsPerSample: number;
  readonly audioType: string;
  read(amount?: number | Uint8Array): ArrayBuffer | number | undefined;
  start(): void;
  stop(): void;
  close(): void;
}

const Microphone = AudioIn as unknown as new (options: object) => Input;

const FORMAT = { sampleRate: 16_000, channels: 1, bitsPerSample: 16 };

/** What is refused, reading while it runs, silence after `stop`, and the end. Amounts depend on the platform. */
export default function audioIn({ say, attempt, done }: Environment): void {
  for (const wrong of [{ sampleRate: 7000 }, { channels: 3 }, { bitsPerSample: 12 }, { onReadable: 5 }]) {
    say([Object.keys(wrong)[0], attempt(() => new Microphone({ ...FORMAT, ...wrong }))]);
  }
  let calls = 0;
  const input = new Microphone({
    ...FORMAT,
    onReadable(this: Input, byteLength: number) {
      if (++calls !== 1) return;
      say(["readable", this === input, byteLength > 0, byteLength % 2]);
      say(attempt(() => this.read(new Uint8Array(4))));
      say((this.read(2) as ArrayBuffer).byteLength);
      say(attempt(() => this.read(new Uint16Array(1) as never)));
      Timer.set(stop, 100);
    },
  });
  const stop = () => {
    input.stop();
    const before = calls;
    Timer.set(() => {
      say(["calls after stop", calls - before]);
      input.close();
      say([attempt(() => input.close()), attempt(() => input.read(2)), attempt(() => input.start())]);
      done();
    }, 200);
  };
  const { sampleRate, channels, bitsPerSample, audioType } = input;
  say([sampleRate, channels, bitsPerSample, audioType]);
  Timer.set(() => {
    say(["calls before start", calls]);
    input.start();
  }, 100);
}
