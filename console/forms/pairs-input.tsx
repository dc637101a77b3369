import Add from "@mui/icons-material/Add";
import Delete from "@mui/icons-material/Delete";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import FormHelperText from "@mui/material/FormHelperText";
import IconButton from "@mui/material/IconButton";
import TextField from "@mui/material/TextField";
import { type ClipboardEvent, useState } from "react";
import { useInput, useTranslate } from "react-admin";
import { type Pair, type Pairs, pairsIn, pairsOf, settingOf } from "./pairs.ts";

interface PairsInputProps {
  readonly source: string;
  readonly label: string;
  readonly helperText: string | boolean;
  readonly kept: Pairs;
}

const EMPTY: Pair = { left: "", right: "" };

/** Pairs of texts, a row each. A list of several lines may be pasted into any of them. */
export function PairsInput({ source, label, helperText, kept }: PairsInputProps) {
  const translate = useTranslate();
  const { field, fieldState } = useInput({ source });
  const [rows, setRows] = useState<readonly Pair[]>(() => pairsOf(field.value));
  const change = (now: readonly Pair[]) => {
    setRows(now);
    field.onChange(settingOf(now, kept));
  };
  const paste = (event: ClipboardEvent) => {
    const text = event.clipboardData.getData("text");
    if (!text.includes("\n")) return;
    event.preventDefault();
    change([...rows.filter(({ left }) => left !== ""), ...pairsIn(text)]);
  };
  const [left, right] = kept === "lines" ? ["words.written", "words.spoken"] : ["words.name", "words.value"];
  return (
    <Box component="fieldset" sx={{ border: 0, p: 0, m: 0, mb: 2, width: "100%", minWidth: 0 }}>
      <Box component="legend" sx={{ fontWeight: 600, p: 0 }}>
        {label}
      </Box>
      {rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row has nothing that is its own
        <Box key={index} sx={{ display: "flex", gap: 1, alignItems: "center", maxWidth: 720 }} onPaste={paste}>
          {[["left", left] as const, ["right", right] as const].map(([side, name]) => (
            <TextField
              key={side}
              label={translate(name)}
              value={row[side]}
              onChange={({ target }) =>
                change(rows.map((one, at) => (at === index ? { ...one, [side]: target.value } : one)))
              }
            />
          ))}
          <IconButton
            aria-label={translate("words.remove", { word: row.left })}
            onClick={() => change(rows.filter((_, at) => at !== index))}
          >
            <Delete />
          </IconButton>
        </Box>
      ))}
      <Button startIcon={<Add />} onClick={() => change([...rows, EMPTY])}>
        {translate("words.add")}
      </Button>
      <FormHelperText error={fieldState.invalid}>
        {[fieldState.error?.message, helperText, translate("words.paste")].filter(Boolean).join(" · ")}
      </FormHelperText>
    </Box>
  );
}
