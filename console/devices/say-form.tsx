import Campaign from "@mui/icons-material/Campaign";
import Button from "@mui/material/Button";
import Stack from "@mui/material/Stack";
import TextField from "@mui/material/TextField";
import { type FormEvent, useState } from "react";
import { useRecordContext, useTranslate } from "react-admin";
import type { Device } from "../../host-server/console/contract/devices.ts";
import { request } from "../api/request.ts";
import { useAction } from "../parts/use-action.ts";

/** Has a device say something. */
export function SayForm() {
  const device = useRecordContext<Device>();
  const translate = useTranslate();
  const { isBusy, run } = useAction();
  const [text, setText] = useState("");
  if (!device) return null;
  const say = async (event: FormEvent) => {
    event.preventDefault();
    const path = `devices/${encodeURIComponent(device.id)}/say`;
    if (await run(() => request("POST", path, { text }), "device.saying")) setText("");
  };
  return (
    <Stack component="form" direction="row" onSubmit={say} sx={{ gap: 1, alignItems: "center", maxWidth: 640 }}>
      <TextField
        label={translate("device.say")}
        value={text}
        onChange={({ target }) => setText(target.value)}
        slotProps={{ htmlInput: { maxLength: 1_000 } }}
      />
      <Button
        type="submit"
        variant="contained"
        startIcon={<Campaign />}
        disabled={isBusy || text.trim() === "" || !device.isOnline}
        sx={{ flexShrink: 0 }}
      >
        {translate("device.sayNow")}
      </Button>
    </Stack>
  );
}
