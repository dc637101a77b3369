import AudioOut from "embedded:io/audio/out";
import Timer from "timer";
import type { Environment } from "../environment.ts";

/** Not all of this is used by the firmware, and so it is not declared. */
interface Output {
  readonly sampleRate: number;
  readonly channels: number;
  readonly bitsPerSample: number;
  readonly audioType: string;
  volume: number;
  write(samples: Uint8Array): void;
  start(): void;
  stop(): void;
  close(): void;
}

const Speaker = AudioOut as unknown as new (options: object) => Output;

const FORMAT = { sampleRate: 24_000, channels: 1, bitsPerSample: 16 };

/** What is refused, being asked for sound, and the end. Amounts depend on the platform. */
export default function audioOut({ say, attempt, done }: Environment): void {
  for (const wrong of [{ sampleRate: 7000 }, { channels: 3 }, { bitsPerSample: 12 }, { onWritable: 5 }]) {
    say([Object.keys(wrong)[0], attempt(() => new Speaker({ ...FORMAT, ...wrong }))]);
  }
  let room = 0;
  let isStarted = false;
  const output = new Speaker({
    ...FORMAT,
    onWritable(this: Output, byteLength: number) {
      if (!isStarted || room > 0) return;
      room = byteLength;
      say(["writable", this === output, byteLength > 0, byteLength % 2]);
      say(attempt(() => this.write(new Uint16Array(1) as never)));
      this.write(new Uint8Array(byteLength));
      Timer.set(end, 100);
    },
  });
  const { sampleRate, channels, bitsPerSample, audioType } = output;
  say([sampleRate, channels, bitsPerSample, audioType, output.volume]);
  output.volume = 0.5;
  say([output.volume, attempt(() => setVolume(output, 2)), attempt(() => setVolume(output, -1))]);
  const end = () => {
    output.stop();
    output.close();
    say([attempt(() => output.close()), attempt(() => output.start()), attempt(() => output.write(new Uint8Array(2)))]);
    done();
  };
  isStarted = true;
  output.start();
}

function setVolume(output: Output, volume: number): void {
  output.volume = volume;
}
