import GraphicEq from "@mui/icons-material/GraphicEq";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useState } from "react";
import { useLocaleState, useTranslate } from "react-admin";
import type { MessageRow } from "../../host-server/console/contract/history.ts";
import type { TurnStages } from "../../host-server/console/contract/live.ts";
import { StageBars } from "../live/waterfall.tsx";

interface Detail {
  readonly stages?: TurnStages;
  readonly isInterrupted?: boolean;
  readonly name?: string;
  readonly arguments?: unknown;
}

/** When it was said, what a tool was given, how long the stages took, and its sound where it was kept. */
export function MessageDetail({ message }: { readonly message: MessageRow }) {
  const translate = useTranslate();
  const [locale] = useLocaleState();
  const [isOpen, setOpen] = useState(false);
  const detail: Detail = message.detail ?? {};
  return (
    <Box sx={{ fontSize: "0.8125rem", color: "text.secondary", textAlign: message.role === "user" ? "right" : "left" }}>
      <time>{new Date(message.at).toLocaleTimeString(locale)}</time>
      {detail.name && (
        <code>
          {" "}
          {detail.name} {JSON.stringify(detail.arguments ?? {})}
        </code>
      )}
      {detail.isInterrupted && ` · ${translate("live.interrupted")}`}
      {detail.stages && (
        <Button size="small" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {translate("history.times")}
        </Button>
      )}
      {message.hasAudio && <Sound id={message.id} />}
      {isOpen && detail.stages && <StageBars stages={detail.stages} />}
    </Box>
  );
}

function Sound({ id }: { readonly id: number }) {
  const translate = useTranslate();
  const [isShown, setShown] = useState(false);
  if (isShown) {
    // biome-ignore lint/a11y/useMediaCaption: what is said stands above
    return <audio controls autoPlay src={`/api/messages/${id}/audio`} />;
  }
  return (
    <Button size="small" startIcon={<GraphicEq />} onClick={() => setShown(true)}>
      {translate("history.play")}
    </Button>
  );
}
