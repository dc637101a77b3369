import LinearProgress from "@mui/material/LinearProgress";
import { useEffect, useState, useSyncExternalStore } from "react";
import { waiting } from "../api/waiting.ts";

/** Whoever waits longer than this wants to see that it goes on; a flash after each click would only disturb. */
const PATIENCE_MS = 700;

/** A line at the top of the page while the server takes its time. */
export function ProgressLine() {
  const isWaiting = useSyncExternalStore(waiting.subscribe, waiting.count) > 0;
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    if (!isWaiting) return setLong(false);
    const timer = setTimeout(() => setLong(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [isWaiting]);
  if (!isLong) return null;
  return <LinearProgress sx={{ position: "fixed", insetInline: 0, top: 0, zIndex: "tooltip" }} />;
}
