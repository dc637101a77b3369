import Alert from "@mui/material/Alert";
import LinearProgress from "@mui/material/LinearProgress";
import TextField from "@mui/material/TextField";
import { useState } from "react";
import { useTranslate } from "react-admin";
import { Dialog } from "../parts/dialog.tsx";
import type { PageDialogProps } from "../parts/page-dialog.tsx";
import { useAdding } from "./use-adding.ts";

const EMPTY = { name: "", text: "", collection: "" };
/** Characters that the server takes of each. */
const LONGEST = { name: 200, text: 900_000, collection: 100 };

/** Asks for files of this computer, or for a text. */
export function AddDialog({ isOpen, onClose }: PageDialogProps) {
  return isOpen && <Adding onClose={onClose} />;
}

function Adding({ onClose }: Pick<PageDialogProps, "onClose">) {
  const translate = useTranslate();
  const [files, setFiles] = useState<readonly File[]>([]);
  const [values, setValues] = useState(EMPTY);
  const { percent, problems, add } = useAdding();
  const isWritten = values.name.trim() !== "" && values.text.trim() !== "";
  const submit = async () => {
    const { collection } = values;
    const read = files.map(async (file) => ({ name: file.name, text: await file.text(), collection }));
    if (await add([...(isWritten ? [values] : []), ...(await Promise.all(read))])) onClose();
  };
  return (
    <Dialog
      title={translate("document.add")}
      isOpen
      onClose={onClose}
      action={translate("document.addNow")}
      isBusy={percent !== undefined || (files.length === 0 && !isWritten)}
      onSubmit={() => void submit()}
    >
      <p>{translate("document.addHint")}</p>
      <FilesField onChange={setFiles} />
      {(["name", "text", "collection"] as const).map((key) => (
        <TextField
          key={key}
          label={translate(`document.${key}`)}
          value={values[key]}
          onChange={({ target }) => setValues({ ...values, [key]: target.value })}
          multiline={key === "text"}
          {...(key === "text" && { minRows: 4, maxRows: 12 })}
          helperText={key === "collection" && translate("document.collectionHint")}
          slotProps={{ htmlInput: { maxLength: LONGEST[key] } }}
        />
      ))}
      {percent !== undefined && <LinearProgress variant="determinate" value={percent} />}
      {problems.map((problem) => (
        <Alert key={problem} severity="error">
          {problem}
        </Alert>
      ))}
    </Dialog>
  );
}

function FilesField({ onChange }: { readonly onChange: (files: readonly File[]) => void }) {
  const translate = useTranslate();
  return (
    <TextField
      type="file"
      label={translate("document.files")}
      onChange={({ target }) => onChange([...((target as HTMLInputElement).files ?? [])])}
      slotProps={{
        htmlInput: { accept: ".txt,.md,.markdown,text/plain", multiple: true },
        inputLabel: { shrink: true },
      }}
    />
  );
}
