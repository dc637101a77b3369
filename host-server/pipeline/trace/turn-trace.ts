import { type Attributes, ROOT_CONTEXT, type Span, SpanStatusCode, type Tracer, trace } from "@opentelemetry/api";
import type { Catalogue } from "../../tools/catalogue.ts";
import type { TurnOptions } from "../turn.ts";

type Stages = TurnOptions["stages"];
type Tools = Pick<Catalogue, "specs" | "call">;

/** What is traced of a turn. */
export interface Traced {
  readonly stages: Stages;
  readonly tools: Tools;
  /** Called when the turn is over. */
  readonly onEnd: () => void;
}

/**
 * Watches a turn with OpenTelemetry: a span `turn`, and in it one for each use of a stage or tool. Without an SDK everything is
 * given back as it came.
 *
 * @param attributes what the turn's span says about itself
 */
export function traced(stages: Stages, tools: Tools, attributes: Attributes): Traced {
  const tracer = trace.getTracer("xiaozhi");
  const turn = tracer.startSpan("turn", { attributes });
  if (!turn.isRecording()) return { stages, tools, onEnd: () => {} };
  const spans = new Spans(tracer, turn);
  return {
    stages: {
      asr: {
        ...own(stages.asr),
        transcribe: (frames, context, signal) =>
          spans.stream("asr", {}, stages.asr.transcribe(frames, context, signal)),
      },
      llm: {
        ...own(stages.llm),
        reply: (messages, specs, signal) =>
          spans.stream("llm", { messages: messages.length }, stages.llm.reply(messages, specs, signal)),
      },
      tts: {
        ...own(stages.tts),
        speak: (text, signal) => spans.stream("tts", { characters: text.length }, stages.tts.speak(text, signal)),
      },
    },
    tools: {
      specs: () => tools.specs(),
      call: (name, args, signal) => spans.call("tool", { name }, () => tools.call(name, args, signal)),
    },
    onEnd: () => turn.end(),
  };
}

/** What all stages have beside their work. */
function own(stage: { close(): Promise<void> }) {
  return { close: () => stage.close() };
}

/** The spans in a turn's. */
class Spans {
  readonly #tracer: Tracer;
  readonly #parent: ReturnType<typeof trace.setSpan>;

  constructor(tracer: Tracer, turn: Span) {
    this.#tracer = tracer;
    this.#parent = trace.setSpan(ROOT_CONTEXT, turn);
  }

  /** A span from the first demand to the last item, with an event when the first item came. */
  async *stream<T>(name: string, attributes: Attributes, source: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
    const span = this.#tracer.startSpan(name, { attributes }, this.#parent);
    let isFirst = true;
    try {
      for await (const item of source) {
        if (isFirst) span.addEvent("first");
        isFirst = false;
        yield item;
      }
    } catch (error) {
      fail(span, error);
      throw error;
    } finally {
      span.end();
    }
  }

  async call<T>(name: string, attributes: Attributes, run: () => Promise<T>): Promise<T> {
    const span = this.#tracer.startSpan(name, { attributes }, this.#parent);
    try {
      return await run();
    } catch (error) {
      fail(span, error);
      throw error;
    } finally {
      span.end();
    }
  }
}

function fail(span: Span, error: unknown): void {
  span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
  if (error instanceof Error) span.recordException(error);
}
