import { type ComponentType, createContext, type ReactElement, type ReactNode, use, useState } from "react";
import { Button } from "react-admin";

export interface PageDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

const Opening = createContext<() => void>(() => {});

interface WithDialogProps {
  readonly dialog: ComponentType<PageDialogProps> | undefined;
  readonly children: ReactNode;
}

/** A page with a dialog, which stays open when the button that opened it goes: a list that is empty has other buttons than one that is read. */
export function WithDialog({ dialog: Dialog, children }: WithDialogProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Opening value={() => setOpen(true)}>
      {children}
      {Dialog && <Dialog isOpen={isOpen} onClose={() => setOpen(false)} />}
    </Opening>
  );
}

/** Opens the dialog of its page. */
export function DialogButton({ label, icon }: { readonly label: string; readonly icon: ReactElement }) {
  const open = use(Opening);
  return (
    <Button label={label} onClick={open}>
      {icon}
    </Button>
  );
}
