const HEADER_BYTES = 12;
const TYPE_A = 1;
const CLASS_IN = 1;
const RESPONSE = 0x80;
const AUTHORITATIVE = 0x04;
const QUERY_MASK = 0xf8;
const RECURSION_DESIRED = 0x01;
const TTL_SECONDS = 60;
const ANSWER_BYTES = 16;
/** Names have at most 255 bytes (RFC 1035 §2.3.4); whatever follows the first question is dropped. */
const MAX_NAME_BYTES = 255;

/** Where the first question ends; undefined when the message is too short, or a name in it is not plain. */
function questionEnd(message: Uint8Array): number | undefined {
  let at = HEADER_BYTES;
  for (;;) {
    const length = message[at];
    if (length === undefined || length > 63 || at - HEADER_BYTES > MAX_NAME_BYTES) return undefined;
    at += length + 1;
    if (length === 0) break;
  }
  return at + 4 <= message.byteLength ? at + 4 : undefined;
}

/**
 * The answer to a question for a name (RFC 1035 §4): every name is at `address` (four numbers), so that a phone finds
 * the page whatever it asks for. Questions for other than an IPv4 address have no answer. Undefined for what is no
 * question.
 */
export function answerName(message: Uint8Array, address: readonly number[]): Uint8Array | undefined {
  if (message.byteLength < HEADER_BYTES || ((message[2] as number) & QUERY_MASK) !== 0) return undefined;
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const end = view.getUint16(4) > 0 ? questionEnd(message) : undefined;
  if (end === undefined) return undefined;
  const isAddress = view.getUint16(end - 4) === TYPE_A && view.getUint16(end - 2) === CLASS_IN;
  const answer = new Uint8Array(end + (isAddress ? ANSWER_BYTES : 0));
  answer.set(message.subarray(0, end));
  const fields = new DataView(answer.buffer);
  fields.setUint8(2, RESPONSE | AUTHORITATIVE | ((message[2] as number) & RECURSION_DESIRED));
  fields.setUint8(3, 0);
  fields.setUint16(4, 1);
  fields.setUint16(6, isAddress ? 1 : 0);
  fields.setUint32(8, 0);
  if (!isAddress) return answer;
  // The name is that of the question.
  fields.setUint16(end, 0xc000 | HEADER_BYTES);
  fields.setUint16(end + 2, TYPE_A);
  fields.setUint16(end + 4, CLASS_IN);
  fields.setUint32(end + 6, TTL_SECONDS);
  fields.setUint16(end + 10, 4);
  answer.set(address, end + 12);
  return answer;
}
