import { frozen } from "protocol/frozen";

/** As much as ESP32 boards with 16 MB of flash have for each of two images. */
const ROOM_BYTES = 4 * 1024 * 1024;

/**
 * The partition for the next firmware in the form of `embedded:storage/flash`, which the SDK lacks on Linux; what is
 * written there goes into a file.
 */
export default frozen({
  open({ path }: { readonly path: string }) {
    if (path !== "nextota") throw new Error("can't find partition");
    return { status: () => ({ size: ROOM_BYTES, blockLength: 4096, blocks: ROOM_BYTES / 4096 }), close: () => {} };
  },
});
