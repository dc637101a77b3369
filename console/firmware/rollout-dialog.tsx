import Autocomplete from "@mui/material/Autocomplete";
import Slider from "@mui/material/Slider";
import TextField from "@mui/material/TextField";
import { useId, useState } from "react";
import { useRefresh, useTranslate } from "react-admin";
import type { Firmware } from "../../host-server/console/contract/firmware.ts";
import { request } from "../api/request.ts";
import { useGroupChoices } from "../devices/groups.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { useAction } from "../parts/use-action.ts";

interface RolloutDialogProps {
  readonly firmware: Firmware;
  readonly onClose: () => void;
}

/** Asks for how many devices, and which, and starts. */
export function RolloutDialog({ firmware, onClose }: RolloutDialogProps) {
  const translate = useTranslate();
  const refresh = useRefresh();
  const id = useId();
  const { isBusy, run } = useAction();
  const [percent, setPercent] = useState(firmware.rollout?.percent ?? 10);
  const [groups, setGroups] = useState<string[]>(firmware.rollout?.groups ?? []);
  const choices = useGroupChoices().map(({ name }) => name);
  const start = async () => {
    const path = `firmware/${encodeURIComponent(firmware.id)}/rollout`;
    if (!(await run(() => request("POST", path, { percent, groups }), "firmware.started"))) return;
    onClose();
    refresh();
  };
  return (
    <Dialog
      title={translate("firmware.rollOutTitle", { board: firmware.board, version: firmware.version })}
      isOpen
      onClose={onClose}
      action={translate("firmware.rollOut")}
      isBusy={isBusy}
      onSubmit={start}
    >
      <p id={id}>{translate("firmware.share", { percent })}</p>
      <Slider
        aria-labelledby={id}
        min={1}
        max={100}
        value={percent}
        onChange={(_, value) => setPercent(value as number)}
      />
      <Autocomplete
        multiple
        options={choices}
        value={groups}
        onChange={(_, value) => setGroups(value)}
        renderInput={(params) => (
          <TextField {...params} label={translate("firmware.groups")} helperText={translate("firmware.groupsHint")} />
        )}
      />
    </Dialog>
  );
}
