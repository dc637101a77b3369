import CloudUpload from "@mui/icons-material/CloudUpload";
import { useState } from "react";
import { Button } from "react-admin";
import { AddDialog } from "./add-dialog.tsx";

/** Takes texts that assistants look things up in. */
export function AddButton() {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button label="document.add" onClick={() => setOpen(true)}>
        <CloudUpload />
      </Button>
      {isOpen && <AddDialog onClose={() => setOpen(false)} />}
    </>
  );
}
