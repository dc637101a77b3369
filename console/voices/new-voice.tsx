import Button from "@mui/material/Button";
import Stack from "@mui/material/Stack";
import TextField from "@mui/material/TextField";
import { useState } from "react";
import { useTranslate } from "react-admin";
import { request } from "../api/request.ts";
import { useAction } from "../parts/use-action.ts";

interface NewVoiceProps {
  readonly path: string;
  readonly onMade: () => void;
}

/** Adds somebody. */
export function NewVoice({ path, onMade }: NewVoiceProps) {
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
