import { useEffect, useState } from "react";
import type { LiveEvent } from "../../host-server/console/contract/live.ts";
import { readMe } from "../api/login.ts";
import { LOGIN_LOST } from "../api/request.ts";
import { afterEvent, type LiveState, NOTHING } from "./live-state.ts";

/** How long until the next attempt where the server has refused. A browser tries again by itself only when a connection breaks. */
const AGAIN_MS = 5_000;

/** What happens on a device, as it happens. What breaks is connected again. */
export function useLive(device: string): LiveState {
  const [state, setState] = useState<LiveState>(NOTHING);
  useEffect(() => {
    setState(NOTHING);
    let again: ReturnType<typeof setTimeout> | undefined;
    let source: EventSource;
    const connected = (isConnected: boolean) => setState((now) => ({ ...now, isConnected }));
    const connect = () => {
      source = new EventSource(`/api/devices/${encodeURIComponent(device)}/live`);
      source.onopen = () => connected(true);
      source.onmessage = ({ data }) => {
        const event: LiveEvent = JSON.parse(data);
        setState((now) => afterEvent(now, event));
      };
      source.onerror = () => {
        connected(false);
        if (source.readyState !== EventSource.CLOSED) return;
        again = setTimeout(connect, AGAIN_MS);
        void tellWhetherLost();
      };
    };
    connect();
    return () => {
      clearTimeout(again);
      source.close();
    };
  }, [device]);
  return state;
}

/** An event source does not say why it was refused. */
async function tellWhetherLost(): Promise<void> {
  const me = await readMe().catch(() => null);
  if (me === undefined) dispatchEvent(new Event(LOGIN_LOST));
}
