import NavigateNext from "@mui/icons-material/NavigateNext";
import IconButton from "@mui/material/IconButton";
import { useCreatePath, useRecordContext, useResourceContext, useTranslate } from "react-admin";
import { Link } from "react-router-dom";

interface OpenRowProps {
  readonly type: "show" | "edit";
}

/** Opens a row of a list: a click anywhere in the row does, but keys reach only this. */
export function OpenRow({ type }: OpenRowProps) {
  const translate = useTranslate();
  const createPath = useCreatePath();
  const resource = useResourceContext() ?? "";
  const row = useRecordContext();
  if (!row) return null;
  const name = row["alias"] || row["name"] || row["title"] || row.id;
  return (
    <IconButton
      component={Link}
      to={createPath({ resource, id: row.id, type })}
      size="small"
      aria-label={`${translate(`ra.action.${type}`)}: ${name}`}
      onClick={(event) => event.stopPropagation()}
    >
      <NavigateNext fontSize="small" />
    </IconButton>
  );
}
