import CameraChip from "camera-chip";
import { defineTool, type Tool, type ToolCall } from "../../../mcp/tool.ts";
import { frozen } from "../../../protocol/frozen.ts";
import type { Switch } from "../../hardware/switch.ts";
import { log, reason } from "../../system/log.ts";
import type { SharedPart } from "../../system/shared.ts";
import type { Part, PartContext, PinUse } from "../part.ts";
import { type CameraPins, pinUses, wiringOf } from "./camera-pins.ts";

export interface CameraOptions {
  readonly pins: CameraPins;
  /** Of its clock: 20 MHz when absent. Without effect where the camera has a clock of its own. */
  readonly clockHz?: number;
  /** Pixels of a picture: 320 x 240 when absent, or 640 x 480. */
  readonly width?: 320 | 640;
  /** What must be on before the camera answers. */
  readonly power?: SharedPart<Switch>;
}

const CLOCK_HZ = 20_000_000;
const WIDTH = 320;
/** Of a JPEG file, as reference devices send it. */
const QUALITY_PERCENT = 80;
/** A third of the heap. */
const MAX_PHOTO_BYTES = 64 * 1024;

/** The camera and how to have it opened: what failed once may work the next time. */
class Eye {
  readonly #options: CameraOptions;
  readonly #shared: PartContext["shared"];
  #chip: CameraChip | undefined;

  constructor(options: CameraOptions, shared: PartContext["shared"]) {
    this.#options = options;
    this.#shared = shared;
  }

  open(): CameraChip {
    if (this.#chip) return this.#chip;
    const { pins, clockHz = CLOCK_HZ, width = WIDTH, power } = this.#options;
    if (power) this.#shared.of(power).set(true);
    this.#chip = new CameraChip(wiringOf(pins), clockHz, width);
    return this.#chip;
  }

  /** A JPEG file. @throws Error "Failed to capture photo: …" */
  take(): Uint8Array {
    try {
      return new Uint8Array(this.open().take(QUALITY_PERCENT, MAX_PHOTO_BYTES));
    } catch (error) {
      throw new Error(`Failed to capture photo: ${reason(error)}`);
    }
  }
}

class CameraPart implements Part {
  readonly pins: readonly PinUse[];
  readonly #options: CameraOptions;

  constructor(options: CameraOptions) {
    this.pins = frozen(pinUses(options.pins));
    this.#options = frozen(options);
  }

  create(context: PartContext): readonly Tool[] {
    const eye = new Eye(this.#options, context.shared);
    try {
      // From now on it gets used to the light of the room.
      eye.open();
    } catch (error) {
      log.error("no camera", { reason: reason(error) });
    }
    return [photoTool(eye, context)];
  }
}

function photoTool(eye: Eye, { vision, device }: PartContext): Tool {
  return defineTool({
    name: "self.camera.take_photo",
    description:
      "Take a photo with the device's camera and have it explained. Use it when the user asks what you see, or asks " +
      "about something in front of the device.",
    params: { question: { type: "string", description: "What the user wants to know about the photo." } },
    run: async ({ question }, call: ToolCall) => {
      if (!vision.isKnown) throw new Error("Image explain URL or token is not set");
      const photo = eye.take();
      device.showPicture(photo);
      if (call.isCancelled) throw new Error("The photo is not wanted any more");
      return vision.explain(question, photo);
    },
  });
}

/**
 * A camera with eight data lines, which ESP-IDF's driver `esp32-camera` knows: `self.camera.take_photo`. The server that
 * explains photos is the one that the device's server names. The board's manifest includes
 * `modules/parts/camera/manifest.json`.
 */
export function camera(options: CameraOptions): Part {
  return new CameraPart(options);
}
