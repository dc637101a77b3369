import Button from "@mui/material/Button";
import MuiDialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import { type FormEvent, type ReactNode, useId } from "react";
import { useTranslate } from "react-admin";

interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** What the button says that does it; without one there is only a button to close. */
  readonly action?: string;
  readonly isBusy?: boolean;
  readonly isRisky?: boolean;
  readonly onSubmit?: () => void;
}

/** A window above the page, with one thing to do. */
export function Dialog({ title, isOpen, onClose, children, action, isBusy, isRisky, onSubmit }: DialogProps) {
  const id = useId();
  const translate = useTranslate();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // A form around this window would take the event, too.
    event.stopPropagation();
    if (!isBusy) onSubmit?.();
  };
  return (
    <MuiDialog open={isOpen} onClose={onClose} aria-labelledby={id} fullWidth maxWidth="sm">
      <form onSubmit={submit}>
        <DialogTitle id={id}>{title}</DialogTitle>
        <DialogContent>{children}</DialogContent>
        <DialogActions>
          <Button onClick={onClose}>{translate(action ? "ra.action.cancel" : "ra.action.close")}</Button>
          {action && (
            <Button type="submit" variant="contained" color={isRisky ? "error" : "primary"} disabled={isBusy === true}>
              {action}
            </Button>
          )}
        </DialogActions>
      </form>
    </MuiDialog>
  );
}
