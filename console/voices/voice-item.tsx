import Button from "@mui/material/Button";
import ListItem from "@mui/material/ListItem";
import ListItemText from "@mui/material/ListItemText";
import Stack from "@mui/material/Stack";
import { useState } from "react";
import { useTranslate } from "react-admin";
import type { Voiceprint } from "../../host-server/console/contract/agents.ts";
import { request } from "../api/request.ts";
import { useAction } from "../parts/use-action.ts";

interface VoiceItemProps {
  readonly path: string;
  readonly voice: Voiceprint;
  readonly onRecord: () => void;
  readonly onChange: () => void;
}

/** Somebody whose voice is known, or is to be. */
export function VoiceItem({ path, voice, onRecord, onChange }: VoiceItemProps) {
  const translate = useTranslate();
  const { isBusy, run } = useAction();
  const [isHeard, setHeard] = useState(false);
  const { name, description, hasRecording, isLearned, updated } = voice;
  const own = `${path}/${encodeURIComponent(voice.id)}`;
  const remove = (what: string, done: string) => run(() => request("DELETE", own + what).then(onChange), done);
  const state = isLearned ? "voice.learned" : hasRecording ? "voice.notKnown" : "voice.hasNone";
  return (
    <ListItem divider sx={{ flexWrap: "wrap", gap: 1 }}>
      <ListItemText
        primary={name}
        secondary={[description, translate(state)].filter(Boolean).join(" · ")}
        slotProps={{ primary: { sx: { overflowWrap: "anywhere" } } }}
      />
      <Stack direction="row" sx={{ flexWrap: "wrap" }}>
        <Button onClick={onRecord}>{translate(hasRecording ? "voice.again" : "voice.record")}</Button>
        {hasRecording && <Button onClick={() => setHeard(true)}>{translate("voice.play")}</Button>}
        {hasRecording && (
          <Button disabled={isBusy} onClick={() => void remove("/recording", "voice.forgotten")}>
            {translate("voice.forget")}
          </Button>
        )}
        <Button color="error" disabled={isBusy} onClick={() => void remove("", "agent.voiceRemoved")}>
          {translate("ra.action.delete")}
        </Button>
      </Stack>
      {isHeard && hasRecording && (
        // biome-ignore lint/a11y/useMediaCaption: a sample of somebody's voice
        <audio controls autoPlay src={`/api/${own}/recording?${updated}`} aria-label={translate("voice.preview")} />
      )}
    </ListItem>
  );
}
