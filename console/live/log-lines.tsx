import Box from "@mui/material/Box";
import { useLocaleState, useTranslate } from "react-admin";
import type { LiveState } from "./live-state.ts";

/** The server's log about a device, the newest line first. */
export function LogLines({ logs }: Pick<LiveState, "logs">) {
  const translate = useTranslate();
  const [locale] = useLocaleState();
  if (logs.length === 0) return <p>{translate("live.noLog")}</p>;
  return (
    <Box
      component="ol"
      tabIndex={0}
      aria-label={translate("live.log")}
      sx={{ maxHeight: 240, overflow: "auto", m: 0, p: 0, listStyle: "none", font: "0.8125rem monospace" }}
    >
      {logs.map(({ at, level, message, fields }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line has nothing that is its own
        <li key={`${at}-${index}`}>
          <time>{new Date(at).toLocaleTimeString(locale)}</time> {level} {message} {JSON.stringify(fields)}
        </li>
      ))}
    </Box>
  );
}
