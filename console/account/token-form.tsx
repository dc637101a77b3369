import Button from "@mui/material/Button";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import { type FormEvent, useState } from "react";
import { useTranslate } from "react-admin";
import { request } from "../api/request.ts";
import { useAction } from "../parts/use-action.ts";

/** Days that a token is good for; 0: for ever. */
const DAYS = [30, 90, 365, 0];

/** Makes a token. */
export function TokenForm({ onMade }: { readonly onMade: (token: string) => void }) {
  const translate = useTranslate();
  const { isBusy, run } = useAction();
  const [name, setName] = useState("");
  const [days, setDays] = useState(90);
  const make = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => {
      const body = { name: name.trim(), ...(days > 0 && { days }) };
      const { token } = await request<{ token: string }>("POST", "tokens", body);
      setName("");
      onMade(token);
    });
  };
  return (
    <form onSubmit={make}>
      <TextField
        label={translate("account.tokenName")}
        value={name}
        onChange={({ target }) => setName(target.value)}
        slotProps={{ htmlInput: { maxLength: 100, autoComplete: "off" } }}
      />
      <TextField
        select
        label={translate("account.tokenDays")}
        value={days}
        onChange={({ target }) => setDays(Number(target.value))}
      >
        {DAYS.map((count) => (
          <MenuItem key={count} value={count}>
            {count === 0 ? translate("account.forEver") : translate("account.days", { smart_count: count })}
          </MenuItem>
        ))}
      </TextField>
      <Button type="submit" variant="outlined" disabled={isBusy || name.trim() === ""}>
        {translate("account.makeToken")}
      </Button>
    </form>
  );
}
