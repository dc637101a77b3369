import Box from "@mui/material/Box";
import { useQuery } from "@tanstack/react-query";
import {
  DeleteWithConfirmButton,
  NumberField,
  Show,
  SimpleShowLayout,
  TextField,
  TopToolbar,
  useRecordContext,
  useTranslate,
} from "react-admin";
import type { DocumentRow } from "../../host-server/console/contract/knowledge.ts";
import { request } from "../api/request.ts";
import { Loaded } from "../parts/loaded.tsx";
import { When } from "../parts/when.tsx";
import { Passage } from "./passage.tsx";

interface Piece {
  readonly heading: string;
  readonly text: string;
}

function Actions() {
  const document = useRecordContext<DocumentRow>();
  return <TopToolbar>{document && !document.origin && <DeleteWithConfirmButton />}</TopToolbar>;
}

/** One document, cut into the pieces that assistants are given. */
export default function DocumentPage() {
  return (
    <Show actions={<Actions />}>
      <SimpleShowLayout>
        <TextField source="name" />
        <TextField source="collection" />
        <NumberField source="characters" />
        <When source="created" />
        <Pieces label={false} />
      </SimpleShowLayout>
    </Show>
  );
}

function Pieces(_: { readonly label: false }) {
  const translate = useTranslate();
  const id = String(useRecordContext()?.id ?? "");
  const pieces = useQuery({
    queryKey: ["document-passages", id],
    queryFn: () => request<Piece[]>("GET", `documents/${encodeURIComponent(id)}/passages`),
    enabled: id !== "",
    retry: false,
  });
  return (
    <Box component="section" sx={{ maxWidth: 760 }}>
      <Box component="h2" sx={{ fontSize: "1.125rem" }}>
        {translate("document.passages")}
      </Box>
      <Loaded query={pieces}>
        {(all) =>
          all.map(({ heading, text }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a document never changes
            <Passage key={index} heading={heading} text={text} />
          ))
        }
      </Loaded>
    </Box>
  );
}
