import Flash from "embedded:storage/flash";
import Update from "embedded:update";
import type { Environment } from "../environment.ts";

/** Not all of this is used by the firmware, and so it is not declared. */
interface Image {
  write(piece: Uint8Array, byteOffset?: number): void;
  complete(): void;
  close(): void;
}

type Opening = (options: object) => Image;

/** The first byte of every image of ESP32. */
const MAGIC = 0xe9;

/** Where an image without segments has its checksum, which is then this. */
const CHECKSUM_AT = 31;
const CHECKSUM = 0xef;

/** The smallest image that is whole. */
function image(): Uint8Array {
  const bytes = new Uint8Array(CHECKSUM_AT + 1);
  bytes[0] = MAGIC;
  bytes[CHECKSUM_AT] = CHECKSUM;
  return bytes;
}

/** A byte that begins no image. */
function piece(): Uint8Array {
  return new Uint8Array(1);
}

/** An image written in pieces; what is refused. On Linux both classes are the project's own, after those of ESP32. */
export default function update({ say, attempt, done }: Environment): void {
  const open: Opening = (options) => (Update.open as unknown as Opening)(options);
  const partition = Flash.open({ path: "nextota" });
  const { size, blockLength, blocks } = partition.status();
  say([size > 1_000_000, blockLength, blocks * blockLength === size]);
  say(attempt(() => Flash.open({ path: "absent" })));

  const whole = open({ partition, byteLength: 32 });
  whole.write(image().subarray(0, 20));
  say(attempt(() => whole.write(piece(), 0)));
  whole.write(image().subarray(20));
  say(attempt(() => whole.complete()));
  say([attempt(() => whole.complete()), attempt(() => whole.write(piece()))]);
  whole.close();
  say([attempt(() => whole.close()), attempt(() => whole.write(piece())), attempt(() => whole.complete())]);

  const wrong = open({ partition, byteLength: 10 });
  say(attempt(() => wrong.write(piece())));
  wrong.close();
  const damaged = open({ partition });
  damaged.write(image().subarray(0, 31));
  damaged.write(piece());
  say([attempt(() => damaged.complete()), attempt(() => damaged.close())]);
  const left = open({ partition });
  left.write(image());
  left.close();

  say([attempt(() => open({})), attempt(() => open({ partition: {} }))]);
  say([attempt(() => open({ partition, mode: "x" })), attempt(() => open({ partition, format: "string" }))]);
  say([attempt(() => open({ partition, byteLength: size + 1 })), attempt(() => open({ partition, byteLength: -1 }))]);
  done();
}
