import { type Theme, useMediaQuery } from "@mui/material";
import Box from "@mui/material/Box";
import type { ReactNode } from "react";
import { BulkActionsToolbar, DataTable, type RaRecord, SimpleList, useListContext } from "react-admin";
import { OpenRow } from "./open-row.tsx";
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
  /** A button beside each row on a phone; in the table it is a column. */
  readonly phoneAction?: ReactNode;
}

/** Rows of a list: a table, or on a phone two lines each. */
export function Rows({ children, primary, secondary, rowClick = "edit", bulkActions, phoneAction }: RowsProps) {
  const isPhone = useMediaQuery<Theme>((theme) => theme.breakpoints.down("sm"));
  if (isPhone) {
    const lines = { primary, ...(secondary && { secondary }) };
    if (!bulkActions && !phoneAction) return <PlainRows {...lines} rowClick={rowClick} />;
    return (
      <>
        {bulkActions && <WhenChosen>{bulkActions}</WhenChosen>}
        <PhoneRows {...lines} rowClick={rowClick} canChoose={bulkActions !== undefined} action={phoneAction} />
      </>
    );
  }
  return (
    <>
      {bulkActions && <WhenChosen>{bulkActions}</WhenChosen>}
      <DataTable rowClick={rowClick} bulkActionButtons={false} sx={{ "& th": { whiteSpace: "nowrap" } }}>
        {bulkActions && <DataTable.Col source="choice" label={<SelectPage />} disableSort field={SelectRow} />}
        {children}
        {rowClick && (
          <DataTable.Col source="open" label={false} disableSort>
            <OpenRow type={rowClick} />
          </DataTable.Col>
        )}
      </DataTable>
    </>
  );
}

/** Above the rows, within their frame: usually it lies over what is above the frame, which cuts it off. */
const IN_PLACE = { "& .RaBulkActionsToolbar-toolbar.MuiToolbar-root": { position: "static", transform: "none" } };

/** What can be done, once there is something to do it with. */
function WhenChosen({ children }: { readonly children: ReactNode }) {
  const { selectedIds = [] } = useListContext();
  return (
    <Box sx={IN_PLACE}>
      <BulkActionsToolbar>{selectedIds.length > 0 && children}</BulkActionsToolbar>
    </Box>
  );
}

/** Two lines for each row, as react-admin has them. */
function PlainRows({ primary, secondary, rowClick = false }: Pick<RowsProps, "primary" | "secondary" | "rowClick">) {
  return <SimpleList primaryText={primary} rowClick={rowClick} {...(secondary && { secondaryText: secondary })} />;
}
