import RestartAlt from "@mui/icons-material/RestartAlt";
import { useState } from "react";
import { Button, Confirm, useRecordContext } from "react-admin";
import type { Device } from "../../host-server/console/contract/devices.ts";
import { request } from "../api/request.ts";
import { useAction } from "../parts/use-action.ts";

/** Has a device start anew, after asking. */
export function RebootButton() {
  const device = useRecordContext<Device>();
  const { isBusy, run } = useAction();
  const [isAsking, setAsking] = useState(false);
  if (!device?.isOnline) return null;
  const reboot = async () => {
    setAsking(false);
    await run(() => request("POST", `devices/${encodeURIComponent(device.id)}/reboot`, {}), "device.rebooting");
  };
  return (
    <>
      <Button label="device.reboot" disabled={isBusy} onClick={() => setAsking(true)}>
        <RestartAlt />
      </Button>
      <Confirm
        isOpen={isAsking}
        title="device.reboot"
        content="device.rebootHint"
        onConfirm={reboot}
        onClose={() => setAsking(false)}
      />
    </>
  );
}
