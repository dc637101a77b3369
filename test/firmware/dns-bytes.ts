/** Parts of DNS messages, written from RFC 1035 and not by the code that reads them. */

export function nameBytes(name: string): Buffer {
  const labels = name.split(".").flatMap((label) => [Buffer.from([Buffer.byteLength(label)]), Buffer.from(label)]);
  return Buffer.concat([...labels, Buffer.from([0])]);
}

const TYPES = { A: 1, PTR: 12, TXT: 16, AAAA: 28, SRV: 33 } as const;

interface RecordOptions {
  /** 0x8001 in multicast: of the internet, and others of this name are void. */
  readonly recordClass?: number;
}

export function recordBytes(
  name: Buffer,
  type: keyof typeof TYPES,
  data: Buffer,
  { recordClass = 1 }: RecordOptions = {},
): Buffer {
  const head = Buffer.alloc(10);
  head.writeUInt16BE(TYPES[type], 0);
  head.writeUInt16BE(recordClass, 2);
  head.writeUInt32BE(120, 4);
  head.writeUInt16BE(data.length, 8);
  return Buffer.concat([name, head, data]);
}

export function srvBytes(port: number, target: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0, 0, 0, 0, port >> 8, port & 255]), target]);
}

export function txtBytes(...texts: string[]): Buffer {
  return Buffer.concat(texts.map((text) => Buffer.concat([Buffer.from([Buffer.byteLength(text)]), Buffer.from(text)])));
}

/** A message with these answers; `questions` are repeated in front of them. */
export function responseBytes(answers: readonly Buffer[], questions: readonly Buffer[] = []): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0x8400, 2);
  head.writeUInt16BE(questions.length, 4);
  head.writeUInt16BE(answers.length, 6);
  return Buffer.concat([head, ...questions, ...answers]);
}
