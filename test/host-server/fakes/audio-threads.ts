import type { AudioThreads } from "../../../host-server/audio-ports.ts";
import { AudioThread } from "../../../host-server/gateway/audio-threads/audio-thread.ts";
import type { FromThread } from "../../../host-server/gateway/audio-threads/messages.ts";
import type { Clock } from "../../../protocol/clock.ts";

/** Threads for audio that run in this one, on the test's clock; messages are copied, as between real ones. */
export interface FakeThreads extends AudioThreads {
  /** How many were started so far. */
  readonly started: number;
  /** Lets each running thread end as by a crash. */
  crash(): void;
}

export function createFakeThreads(clock: Clock): FakeThreads {
  const crashes = new Set<() => void>();
  let started = 0;
  return {
    soon: (run) => run(),
    startThread: ({ onMessage, onEnd }) => {
      started++;
      const thread = new AudioThread({
        clock,
        soon: (run) => run(),
        post: (message: FromThread) => onMessage(structuredClone(message)),
      });
      const crash = () => {
        crashes.delete(crash);
        onEnd("it crashed");
      };
      crashes.add(crash);
      return {
        post: (message) => {
          if (message instanceof Uint8Array || message.type !== "bind") thread.take(structuredClone(message));
          else onMessage({ type: "bound", port: message.port });
        },
        stop: async () => {
          crashes.delete(crash);
        },
        receive: (datagram, from) => thread.receive(datagram, from),
      };
    },
    get started() {
      return started;
    },
    crash: () => {
      for (const crash of [...crashes]) crash();
    },
  };
}
