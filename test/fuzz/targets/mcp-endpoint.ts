import { withId, writtenId } from "../../../host-server/mcp-endpoint/message-id.ts";
import { readFrame } from "../../../host-server/mcp-endpoint/messages.ts";
import { TextFrameReader } from "../../../host-server/mcp-endpoint/port/text-frame-reader.ts";
import { createRelay } from "../../host-server/mcp-endpoint/fake-peers.ts";
import { bytesOfText, expect, type FuzzTarget, packed, pieces, textOf } from "../target.ts";

const TOOLS = { tools: [{ name: "add", description: "adds", inputSchema: { type: "object" } }] };

function piece(value: unknown): Uint8Array {
  return bytesOfText(JSON.stringify(value));
}

const CONVERSATION = [
  { jsonrpc: "2.0", id: 1, result: { protocolVersion: "2024-11-05", capabilities: { tools: {} }, serverInfo: {} } },
  { jsonrpc: "2.0", id: 1, method: "initialize", params: { protocolVersion: "2024-11-05" } },
  { jsonrpc: "2.0", id: 2, result: TOOLS },
  { jsonrpc: "2.0", id: "x", method: "tools/list", params: { cursor: "a" } },
  [{ jsonrpc: "2.0", id: 2, method: "tools/call", params: { name: "add", arguments: { a: 1 } } }, { jsonrpc: "2.0" }],
  { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 2 } },
];

/** Whether a message keeps everything but its id when it gets another one. */
function checkIds(text: string): void {
  const frame = readFrame(text);
  const messages = frame.kind === "message" ? [frame.message] : frame.kind === "batch" ? frame.messages : [];
  for (const message of messages) {
    const changed = JSON.parse(withId(message, "77"));
    expect(changed.id === 77, `the id is changed in ${message.text}`);
    const { id, ...others } = message.value;
    delete changed.id;
    expect(JSON.stringify(changed) === JSON.stringify(others), `nothing but the id is changed in ${message.text}`);
    expect(JSON.stringify(JSON.parse(writtenId(message))) === JSON.stringify(id ?? null), "an id is as it was written");
  }
}

/** What tool servers and callers say to the relay between them, in turns, and the frames that it comes in. */
export function mcpEndpoint(): FuzzTarget {
  return {
    seeds: [
      packed(...CONVERSATION.map(piece)),
      packed(piece({ id: 1, id2: '{"id":2}', method: "a" }), bytesOfText('{"\\u0069d":1,"id":2}')),
      Buffer.from([0x81, 0x85, 1, 2, 3, 4, 105, 103, 111, 104, 110, 0x88, 0x80, 0, 0, 0, 0]),
    ],
    form: "pieces",
    run: async (input) => {
      const { caller, mute, clock } = createRelay();
      const peers = [mute(), caller()] as const;
      const texts = pieces(input).map(textOf);
      texts.forEach((text, at) => {
        checkIds(text);
        if (!peers[at % 2]?.closed) peers[at % 2]?.say(text);
      });
      await clock.advance(40_000);
      let count = 0;
      const reader = new TextFrameReader(
        () => count++,
        () => {},
      );
      for (let at = 0; at < input.length; at += 31) reader.read(Buffer.from(input.subarray(at, at + 31)));
      const codes = peers.flatMap((peer) => peer.take().map(({ error }) => error?.code));
      return `${codes.slice(0, 6).join()} ${Math.min(count, 3)} ${peers.map(({ closed }) => closed?.code).join()}`;
    },
  };
}
