import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import List from "@mui/material/List";
import ListItem from "@mui/material/ListItem";
import ListItemText from "@mui/material/ListItemText";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslate } from "react-admin";
import type { ApiToken } from "../../host-server/console/contract/accounts.ts";
import { request } from "../api/request.ts";
import { CopyLine } from "../parts/copy-line.tsx";
import { useAction } from "../parts/use-action.ts";
import { Moment } from "../parts/when.tsx";
import { TokenForm } from "./token-form.tsx";

/** Tokens with which programs act in one's name. */
export function TokenList() {
  const translate = useTranslate();
  const { isBusy, run } = useAction();
  const [fresh, setFresh] = useState("");
  const { data = [], refetch } = useQuery({
    queryKey: ["tokens"],
    queryFn: () => request<ApiToken[]>("GET", "tokens"),
  });
  const revoke = (id: string) =>
    run(async () => {
      await request("DELETE", `tokens/${encodeURIComponent(id)}`);
      await refetch();
    }, "account.revoked");
  const made = (token: string) => {
    setFresh(token);
    void refetch();
  };
  return (
    <>
      <p>{translate("account.tokensHint")}</p>
      <List dense>
        {data.map(({ id, name, start, used }) => (
          <ListItem key={id} divider sx={{ gap: 2 }}>
            <ListItemText primary={`${name} (${start}…)`} secondary={<Moment at={used} />} />
            <Button color="error" disabled={isBusy} onClick={() => void revoke(id)}>
              {translate("account.revoke")}
            </Button>
          </ListItem>
        ))}
      </List>
      {fresh && (
        <>
          <Alert severity="warning">{translate("account.tokenOnce")}</Alert>
          <CopyLine label={translate("account.token")} text={fresh} />
        </>
      )}
      <TokenForm onMade={made} />
    </>
  );
}
