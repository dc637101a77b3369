import { type Theme, useMediaQuery } from "@mui/material";
import type { ReactElement, ReactNode } from "react";
import { DataTable, type RaRecord, SimpleList } from "react-admin";

interface RowsProps {
  /** `DataTable.Col` for each column. */
  readonly children: ReactNode;
  readonly primary: (row: RaRecord) => ReactNode;
  readonly secondary?: (row: RaRecord) => ReactNode;
  readonly rowClick?: "show" | "edit" | false;
  readonly bulkActionButtons?: ReactElement | false;
  /** Whether it is a table on a phone, too: its rows have buttons. */
  readonly isAlwaysTable?: boolean;
}

/** Rows of a list: a table, or on a phone two lines each. */
export function Rows({
  children,
  primary,
  secondary,
  rowClick = "edit",
  bulkActionButtons = false,
  isAlwaysTable = false,
}: RowsProps) {
  const isPhone = useMediaQuery<Theme>((theme) => theme.breakpoints.down("sm"));
  if (isPhone && !isAlwaysTable) {
    return <SimpleList primaryText={primary} rowClick={rowClick} {...(secondary && { secondaryText: secondary })} />;
  }
  return (
    <DataTable rowClick={rowClick} bulkActionButtons={bulkActionButtons}>
      {children}
    </DataTable>
  );
}
