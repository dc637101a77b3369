import { createHash } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import type { Network } from "../../simulator/network.ts";

export interface ImageOptions {
  readonly project?: string;
  readonly board?: string;
  readonly version?: string;
  /** Without: an image of somebody else. */
  readonly isDescribed?: boolean;
}

/** ESP-IDF's description of an application, and behind it that of this firmware. */
function description({ project = "xiaozhi", board = "simulator", version = "9.0.0" }: ImageOptions): Buffer {
  const bytes = Buffer.alloc(256 + 8 + 128);
  bytes.writeUInt32LE(0xabcd5432, 0);
  bytes.write("XZXS\x02", 256, "latin1");
  bytes.write(project, 264, 32, "latin1");
  bytes.write(board, 296, 64, "latin1");
  bytes.write(version, 360, 32, "latin1");
  return bytes;
}

/** An image as ESP-IDF's tools make them: one segment of that many bytes, checksum, SHA-256. */
export function firmwareImage(segmentBytes: number, options: ImageOptions = {}): Buffer {
  const header = Buffer.alloc(24);
  header[0] = 0xe9;
  header[1] = 1;
  header[23] = 1;
  const segment = Buffer.from(Array.from({ length: segmentBytes }, (_, i) => (i * 7 + (i >> 8)) & 255));
  if (options.isDescribed !== false) description(options).copy(segment);
  const segmentHeader = Buffer.alloc(8);
  segmentHeader.writeUInt32LE(segmentBytes, 4);
  const body = Buffer.concat([header, segmentHeader, segment]);
  const padding = Buffer.alloc(16 - (body.length % 16));
  padding[padding.length - 1] = segment.reduce((sum, byte) => sum ^ byte, 0xef);
  const summed = Buffer.concat([body, padding]);
  return Buffer.concat([summed, createHash("sha256").update(summed).digest()]);
}

export const IMAGE_URL = "http://images.test/xiaozhi.bin";

/** A web server with one file; `answer` says what it does with a request. */
export async function serveImages(network: Network, answer: (response: ServerResponse) => void): Promise<string[]> {
  const requests: string[] = [];
  const http = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    answer(response);
  });
  await network.listen("images.test", 80, (stream) => http.emit("connection", stream));
  return requests;
}
