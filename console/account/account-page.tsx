import Card from "@mui/material/Card";
import CardContent from "@mui/material/CardContent";
import LinearProgress from "@mui/material/LinearProgress";
import { useQuery } from "@tanstack/react-query";
import { Title, useTranslate } from "react-admin";
import { readMe } from "../api/login.ts";
import { LoginList } from "./login-list.tsx";
import { NameForm } from "./name-form.tsx";
import { PasswordForm } from "./password-form.tsx";
import { SecondFactor } from "./second-factor.tsx";
import { TokenList } from "./token-list.tsx";

/** One's own account: name, password, second factor, tokens for programs, and where one is logged in. */
export default function AccountPage() {
  const translate = useTranslate();
  const { data: me, refetch } = useQuery({ queryKey: ["me"], queryFn: async () => (await readMe()) ?? null });
  if (!me) return <LinearProgress />;
  return (
    <Card sx={{ mt: 2, "& section": { mb: 4, maxWidth: 720 }, "& h2": { fontSize: "1.125rem" } }}>
      <Title title="account.title" />
      <CardContent>
        <section>
          <h2>{translate("account.profile")}</h2>
          <p>
            {me.email} · {translate(`role.${me.role}`)}
          </p>
          <NameForm name={me.name} />
        </section>
        <section>
          <h2>{translate("account.password")}</h2>
          <PasswordForm />
        </section>
        <section>
          <h2>{translate("account.secondFactor")}</h2>
          <SecondFactor isOn={me.hasSecondFactor} onChange={() => void refetch()} />
        </section>
        <section>
          <h2>{translate("account.tokens")}</h2>
          <TokenList />
        </section>
        <section>
          <h2>{translate("account.logins")}</h2>
          <LoginList />
        </section>
      </CardContent>
    </Card>
  );
}
