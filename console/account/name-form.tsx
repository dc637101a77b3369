import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import { type FormEvent, useState } from "react";
import { useTranslate } from "react-admin";
import { request } from "../api/request.ts";
import { useAction } from "../parts/use-action.ts";

/** How one is called. */
export function NameForm({ name }: { readonly name: string }) {
  const translate = useTranslate();
  const { isBusy, run } = useAction();
  const [text, setText] = useState(name);
  const save = (event: FormEvent) => {
    event.preventDefault();
    void run(() => request("POST", "auth/update-user", { name: text.trim() }), "account.saved");
  };
  return (
    <form onSubmit={save}>
      <TextField
        label={translate("account.name")}
        value={text}
        onChange={({ target }) => setText(target.value)}
        slotProps={{ htmlInput: { maxLength: 100, autoComplete: "name" } }}
      />
      <Button type="submit" variant="outlined" disabled={isBusy || text.trim() === "" || text === name}>
        {translate("ra.action.save")}
      </Button>
    </form>
  );
}
