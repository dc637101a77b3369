import List from "@mui/material/List";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useRecordContext, useTranslate } from "react-admin";
import type { Voiceprint } from "../../host-server/console/contract/agents.ts";
import { request } from "../api/request.ts";
import { Loaded } from "../parts/loaded.tsx";
import { NewVoice } from "./new-voice.tsx";
import { RecordingDialog } from "./recording-dialog.tsx";
import { VoiceItem } from "./voice-item.tsx";

/** Whose voice an assistant knows, and the recordings that it knows them by. */
export function VoiceList() {
  const translate = useTranslate();
  const [chosen, setChosen] = useState<Voiceprint>();
  const id = String(useRecordContext()?.id ?? "");
  const path = `agents/${encodeURIComponent(id)}/voiceprints`;
  const voices = useQuery({
    queryKey: [path],
    queryFn: () => request<Voiceprint[]>("GET", path),
    enabled: id !== "",
    retry: false,
  });
  const renew = () => void voices.refetch();
  return (
    <>
      <p>{translate("agent.voicesHint")}</p>
      <Loaded query={voices}>
        {(all) => (
          <>
            {all.length === 0 && <p>{translate("agent.noVoices")}</p>}
            <List sx={{ width: "100%" }}>
              {all.map((voice) => (
                <VoiceItem
                  key={voice.id}
                  path={path}
                  voice={voice}
                  onRecord={() => setChosen(voice)}
                  onChange={renew}
                />
              ))}
            </List>
          </>
        )}
      </Loaded>
      <NewVoice path={path} onMade={renew} />
      {chosen && <RecordingDialog path={path} voice={chosen} onClose={() => setChosen(undefined)} onKept={renew} />}
    </>
  );
}
