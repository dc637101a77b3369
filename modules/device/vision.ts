import type { Clock } from "../../protocol/clock.ts";
import type { VisionAccess } from "../../protocol/mcp.ts";
import type { Identity } from "../boot/identity.ts";
import { sendFormFile } from "../io/http/form-file.ts";
import type { Vision } from "../parts/part.ts";
import { reason } from "../system/log.ts";

/** Boundary, fields and file name are those of reference devices. */
const FORM = Object.freeze({
  boundary: "----ESP32_CAMERA_BOUNDARY",
  field: "file",
  fileName: "camera.jpg",
  type: "image/jpeg",
});

export interface ServerVisionOptions {
  readonly identity: Identity;
  /** Of the own authority, for `https`. */
  readonly authority: ArrayBuffer | undefined;
  readonly clock: Clock;
}

/** Has photos explained where the device's server says it is done. */
export class ServerVision implements Vision {
  readonly #options: ServerVisionOptions;
  #access: VisionAccess | undefined;

  constructor(options: ServerVisionOptions) {
    this.#options = options;
  }

  get isKnown(): boolean {
    return this.#access !== undefined;
  }

  learn(access: VisionAccess): void {
    this.#access = access;
  }

  async explain(question: string, photo: Uint8Array): Promise<string> {
    if (!this.#access) throw new Error("Image explain URL or token is not set");
    const { url, token } = this.#access;
    const { identity, authority, clock } = this.#options;
    const headers: [string, string][] = [
      ["Device-Id", identity.deviceId],
      ["Client-Id", identity.clientId],
    ];
    if (token !== "") headers.push(["Authorization", `Bearer ${token}`]);
    const texts = [["question", question]] as const;
    try {
      return await sendFormFile({ ...FORM, url, clock, authority, headers, texts, content: photo });
    } catch (error) {
      throw new Error(`Failed to upload photo: ${reason(error)}`);
    }
  }
}
