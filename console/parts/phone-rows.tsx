import LinearProgress from "@mui/material/LinearProgress";
import List from "@mui/material/List";
import ListItem from "@mui/material/ListItem";
import ListItemButton from "@mui/material/ListItemButton";
import ListItemText from "@mui/material/ListItemText";
import type { ReactNode } from "react";
import {
  ListNoResults,
  type RaRecord,
  RecordContextProvider,
  useCreatePath,
  useListContext,
  useResourceContext,
  useTranslate,
} from "react-admin";
import { Link } from "react-router-dom";
import { SelectPage, SelectRow } from "./select-rows.tsx";

interface PhoneRowsProps {
  readonly primary: (row: RaRecord) => ReactNode;
  readonly secondary?: (row: RaRecord) => ReactNode;
  readonly rowClick: "show" | "edit" | false;
  /** Whether rows have a box to choose them. */
  readonly canChoose: boolean;
  /** A button beside each row. */
  readonly action?: ReactNode;
}

/** Rows for a phone that can be chosen, or have a button: react-admin's own have none, and a button within a link is none for screen readers. */
export function PhoneRows({ primary, secondary, rowClick, canChoose, action }: PhoneRowsProps) {
  const translate = useTranslate();
  const { data } = useListContext();
  const resource = useResourceContext() ?? "";
  const createPath = useCreatePath();
  if (!data) return <LinearProgress />;
  if (data.length === 0) return <ListNoResults />;
  return (
    <List>
      {canChoose && (
        <ListItem disablePadding>
          <SelectPage />
          {translate("ra.action.select_all")}
        </ListItem>
      )}
      {data.map((row) => {
        const text = (
          <ListItemText
            primary={primary(row)}
            secondary={secondary?.(row)}
            slotProps={{ primary: { sx: { overflowWrap: "anywhere" } }, secondary: { component: "div" } }}
          />
        );
        const to = rowClick && createPath({ resource, id: row.id, type: rowClick });
        return (
          <RecordContextProvider key={row.id} value={row}>
            <ListItem disablePadding={to !== false}>
              {canChoose && <SelectRow />}
              {to === false && text}
              {to !== false && (
                <ListItemButton component={Link} to={to}>
                  {text}
                </ListItemButton>
              )}
              {action}
            </ListItem>
          </RecordContextProvider>
        );
      })}
    </List>
  );
}
