import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import { type FormEvent, useState } from "react";
import { useTranslate } from "react-admin";
import { request } from "../api/request.ts";
import { useAction } from "../parts/use-action.ts";

const EMPTY = { currentPassword: "", newPassword: "", repeat: "" };

/** A new password, which ends the logins elsewhere. */
export function PasswordForm() {
  const translate = useTranslate();
  const { isBusy, run } = useAction();
  const [values, setValues] = useState(EMPTY);
  const differs = values.repeat !== "" && values.repeat !== values.newPassword;
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const { currentPassword, newPassword } = values;
    const body = { currentPassword, newPassword, revokeOtherSessions: true };
    if (await run(() => request("POST", "auth/change-password", body), "account.passwordChanged")) setValues(EMPTY);
  };
  const isComplete = values.currentPassword !== "" && values.newPassword !== "" && values.repeat === values.newPassword;
  return (
    <form onSubmit={save}>
      {(["currentPassword", "newPassword", "repeat"] as const).map((key) => (
        <TextField
          key={key}
          type="password"
          label={translate(`account.${key}`)}
          value={values[key]}
          onChange={({ target }) => setValues({ ...values, [key]: target.value })}
          error={key === "repeat" && differs}
          helperText={key === "repeat" && differs ? translate("account.differs") : undefined}
          slotProps={{ htmlInput: { autoComplete: key === "currentPassword" ? "current-password" : "new-password" } }}
        />
      ))}
      <Button type="submit" variant="outlined" disabled={isBusy || !isComplete}>
        {translate("account.changePassword")}
      </Button>
    </form>
  );
}
