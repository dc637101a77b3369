import { converse } from "../../simulator/conversation.ts";
import type { Size } from "../../simulator/device/raster.ts";
import type { BoardFolder } from "../board/folder.ts";
import { createDemoWorld } from "../demo/world.ts";
import { synthesize } from "../speech.ts";

const QUESTION = "What is the volume";
const LIMIT_MS = 60_000;
/** Beside the links of other boards a computer may be slow. */
const STUCK_MS = 120_000;

/** What a board was like in a conversation in the simulator. */
export interface Tour {
  /** Pixels; undefined without a screen. */
  readonly screen: (Size & { readonly rgb: Uint8Array }) | undefined;
  /** The most that it held above what lies in flash memory, garbage included. */
  readonly slots: number;
  readonly chunkBytes: number;
}

/**
 * A conversation with this project's server: the board starts, hears a question, uses a tool and answers.
 *
 * @throws ConversationError when it does not get that far
 */
export async function tour({ directory }: BoardFolder): Promise<Tour> {
  const { clock, device, stop } = await createDemoWorld({ board: directory, stuckMs: STUCK_MS });
  try {
    device.start();
    await clock.run(converse(device, await synthesize(QUESTION)), { limitMs: LIMIT_MS });
    const { heap } = device.stats;
    const { screen } = device.hardware;
    const { width, height } = screen.size;
    return {
      screen: width === 0 ? undefined : { width, height, rgb: screen.rgb() },
      slots: heap?.slotsPeakAboveBaseline ?? 0,
      chunkBytes: heap?.chunkPeakAboveBaselineBytes ?? 0,
    };
  } finally {
    await stop();
  }
}
