import type { ReactElement, ReactNode } from "react";
import { List, type ListProps, Pagination } from "react-admin";
import { ListError } from "./list-error.tsx";

interface PageListProps extends Omit<ListProps, "children"> {
  readonly children: ReactNode;
  readonly actions?: ReactElement | false;
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
export function PageList({ children, ...rest }: PageListProps) {
  return (
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
  );
}
