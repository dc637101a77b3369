import type { Clock } from "../../protocol/clock.ts";
import { FirmwareImage } from "../io/flash/firmware-image.ts";
import { HttpStream } from "../io/http/http-stream.ts";
import { parseUrl, type Url, UrlError } from "../io/url.ts";
import { type ExpectedImage, ImageCheck } from "./image-check.ts";

/** A page of flash memory: less at a time would wear it for nothing. */
const PAGE_BYTES = 4096;
const SILENCE_MS = 30_000;

export interface InstallOptions {
  readonly url: string;
  /** Certificate (DER) of an own authority that is trusted beside the public ones. */
  readonly authority: ArrayBuffer | undefined;
  readonly clock: Clock;
  readonly expected: ExpectedImage;
  readonly onProgress: (doneBytes: number, allBytes: number) => void;
}

/**
 * Where an image may come from.
 *
 * @throws UrlError naming the URL
 */
export function checkImageUrl(text: string): Url {
  const url = parseUrl(text);
  if (url.scheme === "http" || url.scheme === "https") return url;
  throw new UrlError(`expected an http:// or https:// URL, got "${text}"`);
}

/** One image on its way from the server into flash memory, page by page. */
class Installation {
  readonly #options: InstallOptions;
  readonly #download: HttpStream;
  readonly #settle: (error: Error | undefined) => void;
  readonly #page = new Uint8Array(PAGE_BYTES);
  #pageBytes = 0;
  #check: ImageCheck | undefined;
  #image: FirmwareImage | undefined;
  #doneBytes = 0;
  #allBytes = 0;

  constructor(options: InstallOptions, settle: (error: Error | undefined) => void) {
    this.#options = options;
    this.#settle = settle;
    this.#download = new HttpStream({
      url: checkImageUrl(options.url),
      authority: options.authority,
      clock: options.clock,
      silenceMs: SILENCE_MS,
      onStart: (bytes) => this.#guard(() => this.#begin(bytes)),
      onReadable: () => this.#guard(() => this.#take()),
      onEnd: (error) => this.#guard(() => this.#finish(error)),
    });
  }

  #begin(lengthBytes = 0): void {
    if (!(lengthBytes > 0)) throw new Error("the server does not tell the length of the image");
    this.#allBytes = lengthBytes;
    this.#check = new ImageCheck(this.#options.expected, lengthBytes);
    this.#image = new FirmwareImage(lengthBytes);
  }

  #take(): void {
    for (;;) {
      const piece = this.#download.read(PAGE_BYTES - this.#pageBytes);
      if (!piece) return;
      this.#page.set(piece, this.#pageBytes);
      this.#pageBytes += piece.byteLength;
      if (this.#pageBytes === PAGE_BYTES) this.#write();
    }
  }

  #write(): void {
    const page = this.#page.subarray(0, this.#pageBytes);
    this.#check?.add(page);
    this.#image?.write(page);
    this.#doneBytes += this.#pageBytes;
    this.#pageBytes = 0;
    this.#options.onProgress(this.#doneBytes, this.#allBytes);
  }

  #finish(error: Error | undefined): void {
    if (error) throw error;
    if (this.#pageBytes > 0) this.#write();
    if (this.#doneBytes !== this.#allBytes) {
      throw new Error(`image of ${this.#allBytes} bytes ended after ${this.#doneBytes}`);
    }
    this.#check?.finish();
    this.#image?.complete();
    this.#settle(undefined);
  }

  #guard(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#download.close();
      this.#image?.close();
      this.#settle(error instanceof Error ? error : new Error(String(error)));
    }
  }
}

/**
 * Downloads a firmware image and makes it the one that runs after the next restart. What runs now stays in place until
 * the last byte is there and the platform has checked the image.
 *
 * @throws UrlError, or Error saying what was wrong with the server, its answer or the image
 */
export function installFirmware(options: InstallOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    new Installation(options, (error) => (error ? reject(error) : resolve()));
  });
}
