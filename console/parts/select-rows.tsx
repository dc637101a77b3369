import Checkbox from "@mui/material/Checkbox";
import { useListContext, useRecordContext, useTranslate } from "react-admin";

interface SelectRowProps {
  readonly source?: string;
  readonly label?: string;
}

/** Chooses a row of a list. react-admin's own tells screen readers no name, and nothing of its row. */
export function SelectRow(_: SelectRowProps) {
  const translate = useTranslate();
  const row = useRecordContext();
  const { selectedIds = [], onToggleItem } = useListContext();
  if (!row) return null;
  const name = `${translate("ra.action.select_row")}: ${row["alias"] || row["name"] || row.id}`;
  return (
    <Checkbox
      size="small"
      checked={selectedIds.includes(row.id)}
      onChange={() => onToggleItem(row.id)}
      // A click into the row opens it.
      onClick={(event) => event.stopPropagation()}
      slotProps={{ input: { "aria-label": name } }}
    />
  );
}

/** Chooses all rows of the page, or none. */
export function SelectPage() {
  const translate = useTranslate();
  const { data = [], selectedIds = [], onSelect } = useListContext();
  const ids = data.map(({ id }) => id);
  const isAll = ids.length > 0 && ids.every((id) => selectedIds.includes(id));
  return (
    <Checkbox
      size="small"
      checked={isAll}
      indeterminate={!isAll && selectedIds.length > 0}
      onChange={() => onSelect(isAll ? [] : ids)}
      slotProps={{ input: { "aria-label": translate("ra.action.select_all") } }}
    />
  );
}
