import { createHash } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import type { Network } from "../../simulator/network.ts";

/** An image as ESP-IDF's tools make them: one segment of that many bytes, checksum, SHA-256. */
export function firmwareImage(segmentBytes: number): Buffer {
  const header = Buffer.alloc(24);
  header[0] = 0xe9;
  header[1] = 1;
  header[23] = 1;
  const segment = Buffer.from(Array.from({ length: segmentBytes }, (_, i) => (i * 7 + (i >> 8)) & 255));
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
