import { type Theme, useMediaQuery } from "@mui/material";
import type { ReactNode } from "react";
import { BulkActionsToolbar, DataTable, type RaRecord, SimpleList, useListContext } from "react-admin";
import { PhoneRows } from "./phone-rows.tsx";
import { SelectPage, SelectRow } from "./select-rows.tsx";

interface RowsProps {
  /** `DataTable.Col` for each column. */
  readonly children: ReactNode;
  readonly primary: (row: RaRecord) => ReactNode;
  readonly secondary?: (row: RaRecord) => ReactNode;
  readonly rowClick?: "show" | "edit" | false;
  /** What can be done with several rows: each gets a box to choose it. */
  readonly bulkActions?: ReactNode;
  /** Whether it is a table on a phone, too: its rows have buttons. */
  readonly isAlwaysTable?: boolean;
}

/** Rows of a list: a table, or on a phone two lines each. */
export function Rows({
  children,
  primary,
  secondary,
  rowClick = "edit",
  bulkActions,
  isAlwaysTable = false,
}: RowsProps) {
  const isPhone = useMediaQuery<Theme>((theme) => theme.breakpoints.down("sm"));
  if (isPhone && !isAlwaysTable) {
    const lines = { primary, ...(secondary && { secondary }) };
    if (!bulkActions || !rowClick) return <PlainRows {...lines} rowClick={rowClick} />;
    return (
      <>
        <WhenChosen>{bulkActions}</WhenChosen>
        <PhoneRows {...lines} rowClick={rowClick} />
      </>
    );
  }
  return (
    <>
      {bulkActions && <WhenChosen>{bulkActions}</WhenChosen>}
      <DataTable rowClick={rowClick} bulkActionButtons={false}>
        {bulkActions && <DataTable.Col source="choice" label={<SelectPage />} disableSort field={SelectRow} />}
        {children}
      </DataTable>
    </>
  );
}

/** What can be done, once there is something to do it with. */
function WhenChosen({ children }: { readonly children: ReactNode }) {
  const { selectedIds = [] } = useListContext();
  return <BulkActionsToolbar>{selectedIds.length > 0 && children}</BulkActionsToolbar>;
}

/** Two lines for each row, as react-admin has them. */
function PlainRows({ primary, secondary, rowClick = false }: Pick<RowsProps, "primary" | "secondary" | "rowClick">) {
  return <SimpleList primaryText={primary} rowClick={rowClick} {...(secondary && { secondaryText: secondary })} />;
}
