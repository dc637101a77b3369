import Box from "@mui/material/Box";
import { useRecordContext, useTranslate } from "react-admin";
import type { Device } from "../../host-server/console/contract/devices.ts";

/** Whether the device is there: in words, for a colour alone tells not everybody. */
export function Online(_: { readonly source?: string; readonly label?: string }) {
  const device = useRecordContext<Device>();
  const translate = useTranslate();
  const isOnline = device?.isOnline === true;
  return (
    <Box component="span" sx={{ display: "inline-flex", alignItems: "center", gap: 1, whiteSpace: "nowrap" }}>
      <Box
        component="span"
        sx={{ width: 10, height: 10, borderRadius: 5, bgcolor: isOnline ? "success.main" : "text.disabled" }}
      />
      {translate(isOnline ? "device.online" : "device.offline")}
    </Box>
  );
}
