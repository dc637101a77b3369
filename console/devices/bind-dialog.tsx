import TextField from "@mui/material/TextField";
import { useState } from "react";
import { useRefresh, useTranslate } from "react-admin";
import { request } from "../api/request.ts";
import { Dialog } from "../parts/dialog.tsx";
import type { PageDialogProps } from "../parts/page-dialog.tsx";
import { useAction } from "../parts/use-action.ts";

const CODE_LENGTH = 6;

/** Binds a device to this account by the six digits that it says and shows. */
export function BindDialog({ isOpen, onClose }: PageDialogProps) {
  const translate = useTranslate();
  const refresh = useRefresh();
  const { isBusy, run } = useAction();
  const [code, setCode] = useState("");
  const [alias, setAlias] = useState("");
  const bind = async () => {
    const isDone = await run(() => request("POST", "devices/bind", { code, ...(alias && { alias }) }), "device.bound");
    if (!isDone) return;
    onClose();
    setCode("");
    setAlias("");
    refresh();
  };
  return (
    <Dialog
      title={translate("device.bind")}
      isOpen={isOpen}
      onClose={onClose}
      action={translate("device.bindNow")}
      isBusy={isBusy || code.length < CODE_LENGTH}
      onSubmit={bind}
    >
      <p>{translate("device.bindHint")}</p>
      <TextField
        label={translate("device.code")}
        value={code}
        onChange={({ target }) => setCode(target.value.replace(/\D/g, "").slice(0, CODE_LENGTH))}
        slotProps={{ htmlInput: { inputMode: "numeric", autoComplete: "off", pattern: "\\d{6}" } }}
        autoFocus
        required
      />
      <TextField
        label={translate("device.alias")}
        value={alias}
        onChange={({ target }) => setAlias(target.value)}
        slotProps={{ htmlInput: { maxLength: 100 } }}
      />
    </Dialog>
  );
}
