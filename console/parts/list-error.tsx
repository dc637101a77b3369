import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import { useListContext, useRefresh, useTranslate } from "react-admin";

/** Why a list is not there: without it the page would say that nothing is found. */
export function ListError() {
  const translate = useTranslate();
  const refresh = useRefresh();
  const { error } = useListContext();
  if (!error) return null;
  return (
    <Alert severity="error" action={<Button onClick={refresh}>{translate("ra.action.refresh")}</Button>}>
      {translate(error.message, { _: error.message })}
    </Alert>
  );
}
