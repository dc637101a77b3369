import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import { useTranslate } from "react-admin";
import type { BatchAnswer } from "../../host-server/console/contract/devices.ts";

/** What became of each device; those that failed first. */
export function BatchResults({ answer }: { readonly answer: BatchAnswer }) {
  const translate = useTranslate();
  const results = [...answer.results].sort((a, b) => Number(a.isDone) - Number(b.isDone));
  const done = results.filter(({ isDone }) => isDone).length;
  return (
    <>
      <p role="status">{translate("batch.summary", { done, all: results.length })}</p>
      <Table size="small">
        <TableHead>
          <TableRow>
            <TableCell>{translate("batch.device")}</TableCell>
            <TableCell>{translate("batch.result")}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {results.map(({ id, isDone, code, message }) => (
            <TableRow key={id}>
              <TableCell>{id}</TableCell>
              <TableCell>{isDone ? translate("batch.done") : translate(`refusal.${code}`, { _: message })}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </>
  );
}
