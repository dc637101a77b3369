import Alert from "@mui/material/Alert";
import LinearProgress from "@mui/material/LinearProgress";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useRefusalText } from "./use-action.ts";

interface LoadedProps<Data> {
  readonly query: Pick<UseQueryResult<Data>, "data" | "error">;
  readonly children: (data: Data) => ReactNode;
}

/** Shows what was asked for once it is there; until then that it is on its way, or why it does not come. */
export function Loaded<Data>({ query: { data, error }, children }: LoadedProps<Data>) {
  const refusalText = useRefusalText();
  if (data !== undefined) return children(data);
  if (error) return <Alert severity="info">{refusalText(error)}</Alert>;
  return <LinearProgress sx={{ width: "100%", my: 2 }} />;
}
