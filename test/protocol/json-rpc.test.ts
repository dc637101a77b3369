import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { JsonRpcError, parseJsonRpc, rpcFailure, rpcResult } from "../../protocol/json-rpc.ts";
import { JsonRpcPeer } from "../../protocol/json-rpc-peer.ts";
import { ManualClock } from "./manual-clock.ts";
import { protocolError, valueOrProtocolError } from "./throws.ts";

function peerWithLog() {
  const clock = new ManualClock();
  const sent: unknown[] = [];
  const peer = new JsonRpcPeer({ send: (message) => sent.push(message), schedule: clock.schedule, timeoutMs: 1000 });
  return { clock, sent, peer };
}

test("requests count from 1 and leave out absent params", () => {
  const { peer, sent } = peerWithLog();
  peer.request("initialize", { a: 1 });
  peer.request("tools/list");
  assert.deepEqual(sent, [
    { jsonrpc: "2.0", id: 1, method: "initialize", params: { a: 1 } },
    { jsonrpc: "2.0", id: 2, method: "tools/list" },
  ]);
});

test("answers find their request in any order", async () => {
  const { peer } = peerWithLog();
  const first = peer.request("a");
  const second = peer.request("b");
  peer.accept(rpcResult(2, "two"));
  peer.accept(rpcResult(1, "one"));
  assert.deepEqual(await Promise.all([first, second]), ["one", "two"]);
});

test("an error answer rejects with its code; an older device's has none", async () => {
  const { peer } = peerWithLog();
  const first = peer.request("a");
  const second = peer.request("b");
  peer.accept(rpcFailure(1, -32601, "Unknown tool: x"));
  peer.accept({ jsonrpc: "2.0", id: 2, error: { message: "Missing params" } });
  await assert.rejects(first, (error) => error instanceof JsonRpcError && error.code === -32601);
  await assert.rejects(second, (error) => error instanceof JsonRpcError && error.message === "Missing params");
});

test("a request without an answer ends by itself, and its late answer is ignored", async () => {
  const { peer, clock } = peerWithLog();
  const waiting = peer.request("slow");
  clock.advance(1000);
  await assert.rejects(waiting, /rpc-timeout: slow: no answer to request 1 within 1000 ms/);
  peer.accept(rpcResult(1, "late"));
  assert.equal(peer.pendingCount, 0);
});

test("a request can be given up: the other side is told once", async () => {
  const { peer, clock, sent } = peerWithLog();
  const { id, answer } = peer.ask("tools/call", { name: "slow" });
  peer.cancel(id, "interrupted");
  peer.cancel(id, "again");
  await assert.rejects(answer, /rpc-cancelled: tools\/call: interrupted/);
  const params = { requestId: 1, reason: "interrupted" };
  assert.deepEqual(sent.slice(1), [{ jsonrpc: "2.0", method: "notifications/cancelled", params }]);
  peer.accept(rpcResult(1, "late"));
  assert.deepEqual([peer.pendingCount, clock.pending], [0, 0]);
});

test("closing ends what waits, and later requests at once; no timer stays", async () => {
  const { peer, clock, sent } = peerWithLog();
  const waiting = peer.request("a");
  peer.close("device left");
  await assert.rejects(waiting, /rpc-closed: a: device left/);
  await assert.rejects(peer.request("b"), /rpc-closed: b: device left/);
  assert.equal(clock.pending, 0);
  assert.equal(sent.length, 1);
});

test("a request of the other side is refused, a notification ignored", () => {
  const { peer, sent } = peerWithLog();
  peer.accept({ jsonrpc: "2.0", id: "q", method: "roots/list" });
  peer.accept({ jsonrpc: "2.0", method: "notifications/progress" });
  assert.deepEqual(sent, [
    { jsonrpc: "2.0", id: "q", error: { code: -32601, message: "Method not implemented: roots/list" } },
  ]);
});

test("what is not JSON-RPC names the member and the value", () => {
  const bad: [unknown, string][] = [
    [null, "message"],
    [[], "message"],
    [{ jsonrpc: "1.0", method: "x" }, "jsonrpc"],
    [{ jsonrpc: "2.0" }, "message"],
    [{ jsonrpc: "2.0", method: 5 }, "method"],
    [{ jsonrpc: "2.0", method: "x", params: [] }, "params"],
    [{ jsonrpc: "2.0", method: "x", id: null }, "id"],
    [{ jsonrpc: "2.0", result: 1 }, "id"],
    [{ jsonrpc: "2.0", id: 1, error: "no" }, "error"],
    [{ jsonrpc: "2.0", id: 1, error: {} }, "error.message"],
  ];
  for (const [value, field] of bad) {
    const error = protocolError(() => parseJsonRpc(value));
    assert.equal(error.code, "rpc-invalid");
    assert.equal(error.field, field);
  }
});

test("id 0 and text ids keep their type", () => {
  assert.equal((parseJsonRpc({ jsonrpc: "2.0", id: 0, method: "x" }) as { id: unknown }).id, 0);
  assert.equal((parseJsonRpc({ jsonrpc: "2.0", id: "0", method: "x" }) as { id: unknown }).id, "0");
});

test("any JSON is a message or a ProtocolError, also for a peer that waits", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const { peer } = peerWithLog();
      peer.request("a").catch(() => undefined);
      valueOrProtocolError(() => peer.accept(value));
      valueOrProtocolError(() => peer.accept({ jsonrpc: "2.0", id: 1, result: value }));
    }),
  );
});
