import Button from "@mui/material/Button";
import List from "@mui/material/List";
import ListItem from "@mui/material/ListItem";
import ListItemText from "@mui/material/ListItemText";
import { useQuery } from "@tanstack/react-query";
import { useTranslate } from "react-admin";
import { request } from "../api/request.ts";
import { useAction } from "../parts/use-action.ts";

interface Login {
  readonly token: string;
  readonly createdAt: string;
  readonly userAgent?: string | null;
  readonly ipAddress?: string | null;
}

/** Where one is logged in, and a way to end it everywhere else. */
export function LoginList() {
  const translate = useTranslate();
  const { isBusy, run } = useAction();
  const { data = [], refetch } = useQuery({
    queryKey: ["logins"],
    queryFn: () => request<Login[]>("GET", "auth/list-sessions"),
  });
  const endOthers = () =>
    run(async () => {
      await request("POST", "auth/revoke-other-sessions", {});
      await refetch();
    }, "account.othersEnded");
  return (
    <>
      <List dense>
        {data.map(({ token, createdAt, userAgent, ipAddress }) => (
          <ListItem key={token} divider>
            <ListItemText
              primary={userAgent || "–"}
              secondary={[new Date(createdAt).toLocaleString(), ipAddress].filter(Boolean).join(" · ")}
              slotProps={{ primary: { sx: { overflowWrap: "anywhere" } } }}
            />
          </ListItem>
        ))}
      </List>
      <Button variant="outlined" disabled={isBusy || data.length < 2} onClick={() => void endOthers()}>
        {translate("account.endOthers")}
      </Button>
    </>
  );
}
