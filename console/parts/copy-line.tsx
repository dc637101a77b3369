import ContentCopy from "@mui/icons-material/ContentCopy";
import IconButton from "@mui/material/IconButton";
import InputAdornment from "@mui/material/InputAdornment";
import TextField from "@mui/material/TextField";
import { useRef } from "react";
import { useNotify, useTranslate } from "react-admin";

interface CopyLineProps {
  readonly label: string;
  readonly text: string;
}

/** A text to be taken elsewhere. Browsers let pages copy over HTTPS alone: elsewhere it is marked, to be copied by hand. */
export function CopyLine({ label, text }: CopyLineProps) {
  const translate = useTranslate();
  const notify = useNotify();
  const field = useRef<HTMLInputElement>(null);
  const copy = async () => {
    field.current?.select();
    if (navigator.clipboard === undefined) return notify("parts.copyByHand", { type: "info" });
    await navigator.clipboard.writeText(text);
    notify("parts.copied", { type: "success" });
  };
  return (
    <TextField
      label={label}
      value={text}
      inputRef={field}
      slotProps={{
        htmlInput: { readOnly: true },
        input: {
          endAdornment: (
            <InputAdornment position="end">
              <IconButton aria-label={translate("parts.copy")} onClick={() => void copy()}>
                <ContentCopy />
              </IconButton>
            </InputAdornment>
          ),
        },
      }}
    />
  );
}
