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
  readonly rowClick: "show" | "edit";
}

/** Rows for a phone that can be chosen: react-admin's own have no boxes, and a box within a link is none for screen readers. */
export function PhoneRows({ primary, secondary, rowClick }: PhoneRowsProps) {
  const translate = useTranslate();
  const { data } = useListContext();
  const resource = useResourceContext() ?? "";
  const createPath = useCreatePath();
  if (!data) return <LinearProgress />;
  if (data.length === 0) return <ListNoResults />;
  return (
    <List>
      <ListItem disablePadding>
        <SelectPage />
        {translate("ra.action.select_all")}
      </ListItem>
      {data.map((row) => (
        <RecordContextProvider key={row.id} value={row}>
          <ListItem disablePadding>
            <SelectRow />
            <ListItemButton component={Link} to={createPath({ resource, id: row.id, type: rowClick })}>
              <ListItemText
                primary={primary(row)}
                secondary={secondary?.(row)}
                slotProps={{ primary: { sx: { overflowWrap: "anywhere" } } }}
              />
            </ListItemButton>
          </ListItem>
        </RecordContextProvider>
      ))}
    </List>
  );
}
