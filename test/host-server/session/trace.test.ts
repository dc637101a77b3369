import assert from "node:assert/strict";
import { after, test } from "node:test";
import { type Context, type Span, type SpanOptions, type Tracer, trace } from "@opentelemetry/api";
import { LlmError } from "../../../host-server/errors.ts";
import { createWorld } from "../fakes/world.ts";

interface Noted {
  name: string;
  parent: string | undefined;
  attributes: object;
  events: string[];
  error?: string;
  ended: number;
}

/** A tracer that notes what it is told, in place of an SDK. */
function installTracer(): Noted[] {
  const notes: Noted[] = [];
  const names = new Map<unknown, string>();
  const startSpan = (name: string, { attributes = {} }: SpanOptions = {}, context?: Context) => {
    const parent = context && names.get(trace.getSpan(context));
    const note: Noted = { name, parent, attributes, events: [], ended: 0 };
    notes.push(note);
    const span = {
      isRecording: () => true,
      spanContext: () => ({ traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: "00f067aa0ba902b7", traceFlags: 1 }),
      addEvent: (event: string) => note.events.push(event),
      setStatus: ({ message }: { message?: string }) => {
        note.error = message ?? "";
      },
      recordException: () => {},
      end: () => {
        note.ended++;
      },
    } as unknown as Span;
    names.set(span, name);
    return span;
  };
  trace.setGlobalTracerProvider({ getTracer: () => ({ startSpan }) as unknown as Tracer });
  return notes;
}

after(() => trace.disable());

test("a turn is a span that holds those of its stages and tools", async () => {
  const notes = installTracer();
  const { clock, connect } = createWorld({
    heard: ["hello"],
    rounds: [
      [{ type: "tool-call", call: { id: "c1", name: "no_such_tool", arguments: {} } }],
      "Hello.",
      async function* () {
        yield { type: "text" as const, text: "" };
        throw new LlmError("llm-refused", "no");
      },
    ],
  });
  const device = await connect({ id: "02:00:00:00:00:07" });
  device.listen("start", "manual");
  device.talk(600, 0);
  await clock.advance(700);
  device.listen("stop");
  await clock.advance(20_000);
  const shape = notes.map(({ name, parent, ended }) => [name, parent, ended]);
  assert.deepEqual(shape, [
    ["turn", undefined, 1],
    ["asr", "turn", 1],
    ["llm", "turn", 1],
    ["tool", "turn", 1],
    ["llm", "turn", 1],
    ["tts", "turn", 1],
  ]);
  const [turn, , , tool, , tts] = notes as [Noted, Noted, Noted, Noted, Noted, Noted];
  assert.equal((turn.attributes as { device: string }).device, "02:00:00:00:00:07");
  assert.deepEqual(tool.attributes, { name: "no_such_tool" });
  assert.deepEqual([tts.attributes, tts.events], [{ characters: 6 }, ["first"]]);
  notes.length = 0;
  device.detect("again");
  await clock.advance(20_000);
  assert.equal(notes.find(({ name }) => name === "llm")?.error, "no");
  assert.ok(notes.every(({ ended }) => ended === 1));
});
