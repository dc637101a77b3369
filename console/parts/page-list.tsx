import type { ComponentType, ReactElement, ReactNode } from "react";
import { List, type ListProps, Pagination } from "react-admin";
import { ListError } from "./list-error.tsx";
import { type PageDialogProps, WithDialog } from "./page-dialog.tsx";

interface PageListProps extends Omit<ListProps, "children"> {
  readonly children: ReactNode;
  readonly actions?: ReactElement | false;
  /** What its `DialogButton`s open. */
  readonly dialog?: ComponentType<PageDialogProps>;
}

/**
 * A table that is wider than the screen moves within its frame. What would stand above the frame, to do with the rows that
 * are chosen, is cut off by that: it stands in it.
 */
const SCROLLING = {
  "& .RaList-content": { overflowX: "auto" },
  "&& .RaBulkActionsToolbar-toolbar": { position: "static", transform: "none" },
};

/** A list as all of the console's are: pages, order and filters are the server's. */
export function PageList({ children, dialog, ...rest }: PageListProps) {
  return (
    <WithDialog dialog={dialog}>
      <List
        perPage={25}
        pagination={<Pagination rowsPerPageOptions={[10, 25, 100]} />}
        exporter={false}
        error={<ListError />}
        sx={SCROLLING}
        {...rest}
      >
        {children}
      </List>
    </WithDialog>
  );
}
