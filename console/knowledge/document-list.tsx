import CloudUpload from "@mui/icons-material/CloudUpload";
import {
  DataTable,
  DeleteWithConfirmButton,
  SearchInput,
  TextInput,
  TopToolbar,
  useRecordContext,
  useTranslate,
} from "react-admin";
import type { DocumentRow } from "../../host-server/console/contract/knowledge.ts";
import { DialogButton } from "../parts/page-dialog.tsx";
import { PageList } from "../parts/page-list.tsx";
import { Rows } from "../parts/rows.tsx";
import { When } from "../parts/when.tsx";
import { AddDialog } from "./add-dialog.tsx";
import { Question } from "./question.tsx";

const FILTERS = [
  <SearchInput key="search" source="search" alwaysOn />,
  <TextInput key="collection" source="collection" />,
];

function Actions() {
  return (
    <TopToolbar>
      <DialogButton label="document.add" icon={<CloudUpload />} />
    </TopToolbar>
  );
}

/** Documents that assistants look things up in, and a try of what they would find. */
export default function DocumentList() {
  const translate = useTranslate();
  const piecesOf = (count: number) => `${translate("resources.documents.fields.passages")}: ${count}`;
  return (
    <PageList
      filters={FILTERS}
      sort={{ field: "name", order: "ASC" }}
      actions={<Actions />}
      empty={<NoDocument />}
      dialog={AddDialog}
      aside={<Question />}
      sx={{ flexDirection: "column", "& .RaList-content": { overflowX: "auto" } }}
    >
      <Rows
        rowClick="show"
        primary={({ name }) => name}
        secondary={({ collection, passages }) => [collection, piecesOf(passages)].filter(Boolean).join(" · ")}
      >
        <DataTable.Col source="name" />
        <DataTable.Col source="collection" />
        <DataTable.NumberCol source="passages" />
        <DataTable.NumberCol source="characters" disableSort />
        <DataTable.Col source="created" field={When} />
        <DataTable.Col label={false}>
          <Remove />
        </DataTable.Col>
      </Rows>
    </PageList>
  );
}

/** What lies in the watched folder is removed there. */
function Remove() {
  const translate = useTranslate();
  const document = useRecordContext<DocumentRow>();
  if (document?.origin) return <small>{translate("document.watched", { origin: document.origin })}</small>;
  return <DeleteWithConfirmButton redirect={false} />;
}

function NoDocument() {
  const translate = useTranslate();
  return (
    <div style={{ textAlign: "center", padding: "3rem 1rem" }}>
      <h2>{translate("document.none")}</h2>
      <p>{translate("document.noneHint")}</p>
      <DialogButton label="document.add" icon={<CloudUpload />} />
    </div>
  );
}
