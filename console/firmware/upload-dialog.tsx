import LinearProgress from "@mui/material/LinearProgress";
import TextField from "@mui/material/TextField";
import { useState } from "react";
import { useRefresh, useTranslate } from "react-admin";
import { queryOf, request } from "../api/request.ts";
import { Dialog } from "../parts/dialog.tsx";
import type { PageDialogProps } from "../parts/page-dialog.tsx";
import { useAction } from "../parts/use-action.ts";

/** Takes an image, or what is for new devices, from the computer. What it says of itself, its board and version, need not be typed in. */
export function UploadDialog({ isOpen, onClose }: PageDialogProps) {
  const translate = useTranslate();
  const refresh = useRefresh();
  const { isBusy, run } = useAction();
  const [file, setFile] = useState<File>();
  const [values, setValues] = useState({ board: "", version: "", note: "" });
  const upload = async () => {
    if (!file) return;
    // What is for new devices comes as an archive of several images.
    const path = /\.bin$/i.test(file.name) ? `firmware${queryOf(values)}` : "flash-images";
    if (!(await run(() => request("POST", path, file), "firmware.uploadedDone"))) return;
    onClose();
    setFile(undefined);
    refresh();
  };
  return (
    <Dialog
      title={translate("firmware.upload")}
      isOpen={isOpen}
      onClose={onClose}
      action={translate("firmware.uploadNow")}
      isBusy={isBusy || !file}
      onSubmit={upload}
    >
      <p>{translate("firmware.uploadHint")}</p>
      <TextField
        type="file"
        label={translate("firmware.file")}
        onChange={({ target }) => setFile((target as HTMLInputElement).files?.[0])}
        slotProps={{ htmlInput: { accept: ".bin,.zip,.tar,.gz,.tgz" }, inputLabel: { shrink: true } }}
      />
      {(["board", "version", "note"] as const).map((key) => (
        <TextField
          key={key}
          label={translate(`firmware.${key}`)}
          value={values[key]}
          onChange={({ target }) => setValues({ ...values, [key]: target.value })}
        />
      ))}
      {isBusy && <LinearProgress />}
    </Dialog>
  );
}
