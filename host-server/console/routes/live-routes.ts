import { streamSSE } from "hono/streaming";
import type { WatchDevice } from "../../nodes/remote-live.ts";
import type { LiveEvent } from "../contract/live.ts";
import { liveEvent } from "../contract/live.ts";
import { ownDevice } from "../devices.ts";
import { defineRoute } from "../http/route.ts";
import { watchHeap } from "../live/heap-watch.ts";
import type { RouteMaker } from "../parts.ts";

/** ms between two signs of life: a proxy ends what is silent for a minute. */
const ALIVE_MS = 20_000;
/** Events that may wait for a browser that does not read; with more of them the oldest go. */
const MAX_WAITING = 500;

/** What a device does, as it does it. */
export const liveRoutes: readonly RouteMaker[] = [
  (parts) =>
    defineRoute({
      method: "get",
      path: "/api/devices/{id}/live",
      access: "user",
      summary: "Tells what a device does as it happens (server-sent events).",
      media: "text/event-stream",
      answer: liveEvent,
      run: async ({ principal, params, context }) => {
        const { id } = await ownDevice(parts, principal, params["id"] ?? "");
        // Proxies keep back what they could compress.
        context.header("X-Accel-Buffering", "no");
        return streamSSE(context, async (stream) => {
          const waiting: LiveEvent[] = [];
          let wake = () => {};
          const tell = (event: LiveEvent) => {
            waiting.push(event);
            if (waiting.length > MAX_WAITING) waiting.shift();
            wake();
          };
          const watch: WatchDevice = parts.nodes()?.live.watch ?? ((device, told) => parts.live.watch(device, told));
          const endWatch = watch(id, (event) => tell(event as LiveEvent));
          const endHeap = watchHeap(parts, id, tell);
          const end = () => {
            endHeap();
            endWatch();
          };
          stream.onAbort(() => {
            end();
            wake();
          });
          while (!stream.aborted) {
            const event = waiting.shift();
            if (event) await stream.writeSSE({ data: JSON.stringify(event) });
            else if (!(await happensWithin((wakeUp) => (wake = wakeUp)))) await stream.write(": alive\n\n");
          }
          end();
        });

        function happensWithin(keep: (wakeUp: () => void) => void): Promise<boolean> {
          return new Promise((resolve) => {
            const cancel = parts.clock.schedule(ALIVE_MS, () => resolve(false));
            keep(() => {
              cancel();
              resolve(true);
            });
          });
        }
      },
    }),
];
