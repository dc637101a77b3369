import KeyIcon from "@mui/icons-material/Key";
import RestartAlt from "@mui/icons-material/RestartAlt";
import { type ReactElement, useState } from "react";
import { Button, Confirm, useRecordContext } from "react-admin";
import type { Device } from "../../host-server/console/contract/devices.ts";
import { request } from "../api/request.ts";
import { useAction } from "../parts/use-action.ts";

interface OrderButtonProps {
  /** Last part of the route, and first part of the names of its texts. */
  readonly order: "reboot" | "revoke";
  readonly children: ReactElement;
}

/** Does something with a device, after asking. */
function OrderButton({ order, children }: OrderButtonProps) {
  const device = useRecordContext<Device>();
  const { isBusy, run } = useAction();
  const [isAsking, setAsking] = useState(false);
  if (!device) return null;
  const label = `device.${order}`;
  const give = async () => {
    setAsking(false);
    await run(() => request("POST", `devices/${encodeURIComponent(device.id)}/${order}`, {}), `${label}Done`);
  };
  return (
    <>
      <Button label={label} disabled={isBusy} onClick={() => setAsking(true)}>
        {children}
      </Button>
      <Confirm
        isOpen={isAsking}
        title={label}
        content={`${label}Hint`}
        onConfirm={give}
        onClose={() => setAsking(false)}
      />
    </>
  );
}

/** Has a device start anew, while it is there. */
export function RebootButton() {
  if (!useRecordContext<Device>()?.isOnline) return null;
  return (
    <OrderButton order="reboot">
      <RestartAlt />
    </OrderButton>
  );
}

/** Makes worthless what a device logs in with, when somebody else may have it. */
export function RevokeButton() {
  return (
    <OrderButton order="revoke">
      <KeyIcon />
    </OrderButton>
  );
}
