import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { after, test } from "node:test";
import { trace } from "@opentelemetry/api";
import { startTracing } from "../../../host-server/tracing/tracing.ts";
import { silentLog } from "../fakes/log.ts";
import { createWorld } from "../fakes/world.ts";

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: { key: string; value: Record<string, unknown> }[];
  readonly events: { name: string; timeUnixNano: string }[];
  readonly status: { code: number };
}

interface Request {
  readonly path: string | undefined;
  readonly login: string | undefined;
  readonly service: unknown;
  readonly spans: readonly OtlpSpan[];
}

const requests: Request[] = [];
let status = 200;
const collector = createServer(async (request, response) => {
  const { resourceSpans } = (await json(request)) as {
    resourceSpans: { resource: { attributes: unknown }; scopeSpans: { spans: OtlpSpan[] }[] }[];
  };
  const [first] = resourceSpans;
  const { authorization: login } = request.headers;
  const spans = first?.scopeSpans[0]?.spans ?? [];
  requests.push({ path: request.url, login, service: first?.resource.attributes, spans });
  response.writeHead(status).end("{}");
});
await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}/`;
after(() => {
  trace.disable();
  collector.closeAllConnections();
  collector.close();
});

const words = [[{ type: "tool-call" as const, call: { id: "1", name: "get_time", arguments: {} } }], "It is late."];

test("a turn arrives at a collector: its stages within it, in the order of time, and no word of it", async () => {
  requests.length = 0;
  const world = createWorld({ heard: ["What time is it?"], rounds: [...words] });
  const { clock, connect, turns, log } = world;
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: "authorization=Basic%20eA==" };
  const tracing = startTracing(env, { clock, log: silentLog });
  const device = await connect({ id: "02:00:00:00:00:07" });
  device.listen("start", "manual");
  device.talk(600, 0);
  await clock.advance(700);
  device.listen("stop");
  await clock.advance(1_500);
  await clock.advance(8_000);
  await tracing?.close();
  const [request] = requests;
  assert.equal(request?.path, "/v1/traces");
  assert.equal(request.login, "Basic eA==");
  assert.deepEqual(request.service, [{ key: "service.name", value: { stringValue: "xiaozhi" } }]);
  const spans = requests.flatMap((one) => one.spans);
  assert.deepEqual(spans.map(({ name }) => name).sort(), ["asr", "llm", "llm", "tool", "tts", "turn"]);
  const turn = spans.find(({ name }) => name === "turn") as OtlpSpan;
  assert.match(turn.traceId, /^[0-9a-f]{32}$/);
  for (const span of spans) {
    assert.equal(span.traceId, turn.traceId);
    if (span !== turn) assert.equal(span.parentSpanId, turn.spanId);
    const [from, to] = [BigInt(span.startTimeUnixNano), BigInt(span.endTimeUnixNano)];
    assert.ok(from <= to && from >= BigInt(turn.startTimeUnixNano) && to <= BigInt(turn.endTimeUnixNano), span.name);
  }
  assert.deepEqual(
    turn.events.map(({ name }) => name),
    ["first-packet", "speech-end"],
  );
  assert.deepEqual(turn.attributes[0], { key: "device", value: { stringValue: "02:00:00:00:00:07" } });
  assert.doesNotMatch(JSON.stringify(requests), /late|What time/);
  assert.equal(turns[0]?.trace, turn.traceId);
  const line = log.find(({ msg }) => msg === "turn finished");
  assert.deepEqual([line?.["trace"], line?.["turn"]], [turn.traceId, 1]);
});

test("a collector that is away costs one line of the log; one that is not named costs nothing", async () => {
  assert.equal(startTracing({}, { clock: createWorld().clock, log: silentLog }), undefined);
  requests.length = 0;
  status = 503;
  const { clock, connect, turns } = createWorld({ rounds: ["One.", "Two."] });
  const lines: unknown[] = [];
  const log = {
    info: () => {},
    warn: (_fields: unknown, text: unknown) => lines.push(text),
  } as unknown as typeof silentLog;
  const tracing = startTracing({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${endpoint}traces` }, { clock, log });
  const device = await connect();
  device.detect("one");
  await clock.advance(5_000);
  device.detect("two");
  await clock.advance(5_000);
  await tracing?.close();
  assert.equal(turns.length, 2);
  assert.equal(requests[0]?.path, "/traces");
  assert.deepEqual(lines, ["traces could not be sent"]);
});

test("a share of the turns is traced; the others are none the worse", async () => {
  requests.length = 0;
  status = 200;
  const { clock, connect, turns } = createWorld({ rounds: ["One."] });
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: "0" };
  const tracing = startTracing(env, { clock, log: silentLog });
  const device = await connect();
  device.detect("one");
  await clock.advance(5_000);
  await tracing?.close();
  assert.deepEqual([turns.length, turns[0]?.trace, requests.length], [1, undefined, 0]);
});
