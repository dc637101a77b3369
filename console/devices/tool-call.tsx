import ExpandMore from "@mui/icons-material/ExpandMore";
import PlayArrow from "@mui/icons-material/PlayArrow";
import Accordion from "@mui/material/Accordion";
import AccordionDetails from "@mui/material/AccordionDetails";
import AccordionSummary from "@mui/material/AccordionSummary";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useState } from "react";
import { Form, useTranslate } from "react-admin";
import type { FieldValues } from "react-hook-form";
import type { DeviceTool, ToolCallResult } from "../../host-server/console/contract/devices.ts";
import { request } from "../api/request.ts";
import type { Schema } from "../forms/schema.ts";
import { SchemaFields } from "../forms/schema-fields.tsx";
import { withoutEmpty } from "../parts/clean.ts";
import { useAction } from "../parts/use-action.ts";

interface ToolCallProps {
  readonly device: string;
  readonly tool: DeviceTool;
}

/** A tool with its arguments, a button that calls it, and what it gave. */
export function ToolCall({ device, tool }: ToolCallProps) {
  const translate = useTranslate();
  const { isBusy, run } = useAction();
  const [result, setResult] = useState<ToolCallResult>();
  const call = (values: { readonly arguments?: { [key: string]: unknown } }) =>
    run(async () => {
      const body = { name: tool.name, arguments: withoutEmpty(values.arguments ?? {}) };
      setResult(await request<ToolCallResult>("POST", `devices/${encodeURIComponent(device)}/tools`, body));
    });
  return (
    <Accordion disableGutters slotProps={{ transition: { unmountOnExit: true } }}>
      <AccordionSummary expandIcon={<ExpandMore />}>
        <Box component="code" sx={{ overflowWrap: "anywhere" }}>
          {tool.name}
        </Box>
      </AccordionSummary>
      <AccordionDetails>
        <p style={{ whiteSpace: "pre-line" }}>{tool.description}</p>
        <Form onSubmit={(values: FieldValues) => void call(values)}>
          <SchemaFields source="arguments" schema={tool.inputSchema as Schema} />
          <Button type="submit" variant="contained" startIcon={<PlayArrow />} disabled={isBusy}>
            {translate("device.call")}
          </Button>
        </Form>
        {result && (
          <Alert severity={result.isError ? "error" : "success"} sx={{ mt: 2, overflowWrap: "anywhere" }}>
            {result.text}
          </Alert>
        )}
      </AccordionDetails>
    </Accordion>
  );
}
