import Box from "@mui/material/Box";
import { useEffect, useRef } from "react";
import { useTranslate } from "react-admin";
import type { Line } from "./live-state.ts";

/** What was said, the newest below, as in a messenger. Screen readers are told each line once. */
export function Conversation({ lines }: { readonly lines: readonly Line[] }) {
  const translate = useTranslate();
  const end = useRef<HTMLDivElement>(null);
  const count = lines.length;
  useEffect(() => {
    if (count > 0) end.current?.scrollIntoView({ block: "nearest" });
  }, [count]);
  return (
    <Box role="log" tabIndex={0} aria-label={translate("live.conversation")} sx={{ maxHeight: 360, overflowY: "auto" }}>
      {lines.length === 0 && <p>{translate("live.nothingSaid")}</p>}
      {lines.map(({ key, who, text, speaker }) => (
        <Bubble key={key} isOwn={who === "user"} text={text} speaker={speaker ?? translate(`live.${who}`)} />
      ))}
      <div ref={end} />
    </Box>
  );
}

interface BubbleProps {
  readonly isOwn: boolean;
  readonly speaker: string;
  readonly text: string;
}

/** One thing that was said: the user's on the right. */
export function Bubble({ isOwn, speaker, text }: BubbleProps) {
  return (
    <Box sx={{ display: "flex", justifyContent: isOwn ? "flex-end" : "flex-start", my: 0.75 }}>
      <Box
        sx={{
          maxWidth: "85%",
          px: 1.5,
          py: 0.75,
          borderRadius: 2,
          overflowWrap: "anywhere",
          whiteSpace: "pre-wrap",
          bgcolor: isOwn ? "primary.main" : "action.selected",
          color: isOwn ? "primary.contrastText" : "text.primary",
        }}
      >
        <Box component="span" sx={{ display: "block", fontSize: "0.75rem" }}>
          {speaker}
        </Box>
        {text}
      </Box>
    </Box>
  );
}
