import { type Attributes, ROOT_CONTEXT, type Span, SpanStatusCode, type Tracer, trace } from "@opentelemetry/api";
import type { Log } from "../../log.ts";
import type { Catalogue } from "../../tools/catalogue.ts";
import type { TurnOptions } from "../turn.ts";

type Stages = TurnOptions["stages"];
type Tools = Pick<Catalogue, "specs" | "call">;
type Output = TurnOptions["output"];

/** What of a turn can be watched. */
export interface Traceable {
  readonly stages: Stages;
  readonly tools: Tools;
  readonly output: Output;
  readonly log: Log;
}

/** What is traced of a turn. */
export interface Traced extends Traceable {
  /** Id of the trace; undefined for a turn that is not traced. */
  readonly trace: string | undefined;
  /** Called when the turn is over. */
  readonly onEnd: () => void;
}

/**
 * Watches a turn with OpenTelemetry: a span `turn`, and in it one for each use of a stage or tool. Without a tracer everything is
 * given back as it came. Lines of the log name the turn, and its trace.
 *
 * @param attributes what the turn's span says about itself
 */
export function traced({ stages, tools, output, log }: Traceable, attributes: Attributes): Traced {
  const tracer = trace.getTracer("xiaozhi");
  const turn = tracer.startSpan("turn", { attributes });
  const ofTurn = { turn: attributes["turn"] };
  if (!turn.isRecording()) {
    return { stages, tools, output, log: log.child(ofTurn), trace: undefined, onEnd: () => {} };
  }
  const spans = new Spans(tracer, turn);
  const { traceId } = turn.spanContext();
  return {
    trace: traceId,
    log: log.child({ ...ofTurn, trace: traceId }),
    output: watched(output, turn),
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

/** The same output; the turn's span is told of the first packet, and when the device is told that the answer is over. */
function watched(output: Output, turn: Span): Output {
  let isSilent = true;
  return {
    ...output,
    send: (message) => {
      if (message.type === "tts" && message.state === "stop") turn.addEvent("speech-end");
      output.send(message);
    },
    sendAudio: (packet) => {
      if (isSilent) turn.addEvent("first-packet");
      isSilent = false;
      output.sendAudio(packet);
    },
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
