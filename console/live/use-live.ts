import { useEffect, useState } from "react";
import type { LiveEvent } from "../../host-server/console/contract/live.ts";
import { afterEvent, type LiveState, NOTHING } from "./live-state.ts";

/** What happens on a device, as it happens. The browser connects again by itself when the connection breaks. */
export function useLive(device: string): LiveState {
  const [state, setState] = useState<LiveState>(NOTHING);
  useEffect(() => {
    setState(NOTHING);
    const source = new EventSource(`/api/devices/${encodeURIComponent(device)}/live`);
    const connected = (isConnected: boolean) => setState((now) => ({ ...now, isConnected }));
    source.onopen = () => connected(true);
    source.onerror = () => connected(false);
    source.onmessage = ({ data }) => {
      const event: LiveEvent = JSON.parse(data);
      setState((now) => afterEvent(now, event));
    };
    return () => source.close();
  }, [device]);
  return state;
}
