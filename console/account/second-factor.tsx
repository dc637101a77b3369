import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import { type FormEvent, useState } from "react";
import { useTranslate } from "react-admin";
import { verifyCode } from "../api/login.ts";
import { request } from "../api/request.ts";
import { CopyLine } from "../parts/copy-line.tsx";
import { useAction } from "../parts/use-action.ts";
import { SecondFactorCode } from "./second-factor-code.tsx";

interface Secret {
  readonly totpURI: string;
  readonly backupCodes: readonly string[];
}

interface SecondFactorProps {
  readonly isOn: boolean;
  readonly onChange: () => void;
}

/** Switches the second factor on and off; both take the password. */
export function SecondFactor({ isOn, onChange }: SecondFactorProps) {
  const translate = useTranslate();
  const { isBusy, run } = useAction();
  const [password, setPassword] = useState("");
  const [secret, setSecret] = useState<Secret>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => {
      if (isOn) await request("POST", "auth/two-factor/disable", { password });
      else setSecret(await request<Secret>("POST", "auth/two-factor/enable", { password }));
      setPassword("");
      if (isOn) onChange();
    });
  };
  const done = () => {
    setSecret(undefined);
    onChange();
  };
  if (secret) return <Confirmation secret={secret} onDone={done} />;
  return (
    <form onSubmit={submit}>
      <p>{translate(isOn ? "account.factorOn" : "account.factorOff")}</p>
      <TextField
        type="password"
        label={translate("account.currentPassword")}
        value={password}
        onChange={({ target }) => setPassword(target.value)}
        slotProps={{ htmlInput: { autoComplete: "current-password" } }}
      />
      <Button type="submit" variant="outlined" disabled={isBusy || password === ""}>
        {translate(isOn ? "account.factorDisable" : "account.factorEnable")}
      </Button>
    </form>
  );
}

interface ConfirmationProps {
  readonly secret: Secret;
  readonly onDone: () => void;
}

/** The secret for the app, codes for when it is lost, and a first code as proof that it works. */
function Confirmation({ secret, onDone }: ConfirmationProps) {
  const translate = useTranslate();
  const { isBusy, run } = useAction();
  const [code, setCode] = useState("");
  const key = new URL(secret.totpURI).searchParams.get("secret") ?? "";
  const verify = async (event: FormEvent) => {
    event.preventDefault();
    if (await run(() => verifyCode(code.trim()), "account.factorIsOn")) onDone();
  };
  return (
    <form onSubmit={verify}>
      <p>{translate("account.factorScan")}</p>
      <SecondFactorCode uri={secret.totpURI} />
      <p>
        <a href={secret.totpURI}>{translate("account.openApp")}</a>
      </p>
      <CopyLine label={translate("account.factorKey")} text={key} />
      <p>{translate("account.backupHint")}</p>
      <pre>{secret.backupCodes.join("\n")}</pre>
      <TextField
        label={translate("account.code")}
        value={code}
        onChange={({ target }) => setCode(target.value)}
        slotProps={{ htmlInput: { inputMode: "numeric", autoComplete: "one-time-code" } }}
      />
      <Button type="submit" variant="contained" disabled={isBusy || code === ""}>
        {translate("account.verify")}
      </Button>
    </form>
  );
}
