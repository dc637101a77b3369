import Alert from "@mui/material/Alert";
import CircularProgress from "@mui/material/CircularProgress";
import { useQuery } from "@tanstack/react-query";
import { useRecordContext, useTranslate } from "react-admin";
import type { Device, DeviceTool } from "../../host-server/console/contract/devices.ts";
import { request } from "../api/request.ts";
import { useRefusalText } from "../parts/use-action.ts";
import { ToolCall } from "./tool-call.tsx";

/** The tools that a device brings for the model, each to be tried. */
export function DeviceTools() {
  const device = useRecordContext<Device>();
  const translate = useTranslate();
  const refusalText = useRefusalText();
  const id = device?.id ?? "";
  const { data, error, isPending } = useQuery({
    queryKey: ["device-tools", id],
    queryFn: () => request<DeviceTool[]>("GET", `devices/${encodeURIComponent(id)}/tools`),
    enabled: id !== "",
    retry: false,
  });
  if (error) return <Alert severity="info">{refusalText(error)}</Alert>;
  if (isPending) return <CircularProgress aria-label={translate("ra.message.loading")} />;
  if (data.length === 0) return <p>{translate("device.noTools")}</p>;
  return (
    <div>
      {data.map((tool) => (
        <ToolCall key={tool.name} device={id} tool={tool} />
      ))}
    </div>
  );
}
