import Button from "@mui/material/Button";
import List from "@mui/material/List";
import ListItem from "@mui/material/ListItem";
import ListItemText from "@mui/material/ListItemText";
import Stack from "@mui/material/Stack";
import TextField from "@mui/material/TextField";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useRecordContext, useTranslate } from "react-admin";
import type { Voiceprint } from "../../host-server/console/contract/agents.ts";
import { request } from "../api/request.ts";
import { useAction } from "../parts/use-action.ts";

/** Whose voice an agent knows. */
export function AgentVoices() {
  const translate = useTranslate();
  const { isBusy, run } = useAction();
  const id = String(useRecordContext()?.id ?? "");
  const path = `agents/${encodeURIComponent(id)}/voiceprints`;
  const { data = [], refetch } = useQuery({
    queryKey: [path],
    queryFn: () => request<Voiceprint[]>("GET", path),
    enabled: id !== "",
    retry: false,
  });
  const remove = (voiceprint: string) =>
    run(
      () => request("DELETE", `${path}/${encodeURIComponent(voiceprint)}`).then(() => refetch()),
      "agent.voiceRemoved",
    );
  return (
    <>
      <p>{translate("agent.voicesHint")}</p>
      {data.length === 0 && <p>{translate("agent.noVoices")}</p>}
      <List sx={{ width: "100%" }}>
        {data.map(({ id: voiceprint, name, description, isLearned }) => (
          <ListItem
            key={voiceprint}
            divider
            secondaryAction={
              <Button color="error" disabled={isBusy} onClick={() => void remove(voiceprint)}>
                {translate("ra.action.delete")}
              </Button>
            }
          >
            <ListItemText
              primary={name}
              secondary={[description, translate(isLearned ? "agent.voiceLearned" : "agent.voiceNotLearned")]
                .filter(Boolean)
                .join(" · ")}
            />
          </ListItem>
        ))}
      </List>
      <NewVoice path={path} onMade={() => void refetch()} />
    </>
  );
}

interface NewVoiceProps {
  readonly path: string;
  readonly onMade: () => void;
}

function NewVoice({ path, onMade }: NewVoiceProps) {
  const translate = useTranslate();
  const { isBusy, run } = useAction();
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const add = async () => {
    if (!(await run(() => request("POST", path, { name: name.trim(), description }), "agent.voiceSaved"))) return;
    setName("");
    setDescription("");
    onMade();
  };
  return (
    <Stack direction={{ xs: "column", sm: "row" }} sx={{ gap: 1, width: "100%", alignItems: "center" }}>
      <TextField
        label={translate("agent.voiceName")}
        value={name}
        onChange={({ target }) => setName(target.value)}
        slotProps={{ htmlInput: { maxLength: 64 } }}
      />
      <TextField
        label={translate("agent.voiceDescription")}
        value={description}
        onChange={({ target }) => setDescription(target.value)}
        slotProps={{ htmlInput: { maxLength: 500 } }}
      />
      <Button variant="outlined" disabled={isBusy || name.trim() === ""} onClick={() => void add()}>
        {translate("ra.action.add")}
      </Button>
    </Stack>
  );
}
