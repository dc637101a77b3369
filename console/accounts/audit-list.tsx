import { DataTable, FilterButton, TextInput, TopToolbar, useTranslate } from "react-admin";
import { PageList } from "../parts/page-list.tsx";
import { Rows } from "../parts/rows.tsx";
import { When } from "../parts/when.tsx";

const FILTERS = [
  <TextInput key="entity" source="entity" />,
  <TextInput key="action" source="action" />,
  <TextInput key="subject" source="subject" />,
];

function Actions() {
  return (
    <TopToolbar>
      <FilterButton />
    </TopToolbar>
  );
}

/** Words of the server for what was done to what, in the reader's language as far as they are known in it. */
function useWords() {
  const translate = useTranslate();
  return {
    actionOf: (action: string) => {
      const tried = action.replace(/ refused$/, "");
      const name = translate(`audit.action.${tried}`, { _: tried });
      return tried === action ? name : translate("audit.refused", { action: name });
    },
    entityOf: (entity: string) =>
      translate(`audit.entity.${entity}`, { _: translate(`resources.${entity}.name`, { smart_count: 1, _: entity }) }),
  };
}

/** What was sent may be long: all of it is in the title. */
const DETAIL = {
  display: "-webkit-box",
  WebkitBoxOrient: "vertical",
  WebkitLineClamp: 4,
  maxWidth: 420,
  overflow: "hidden",
  overflowWrap: "anywhere",
} as const;

/** What was sent, as JSON. */
function Detail({ detail }: { readonly detail: unknown }) {
  if (!detail) return null;
  const text = JSON.stringify(detail);
  return (
    <code style={DETAIL} title={text}>
      {text}
    </code>
  );
}

const ONE_LINE = { whiteSpace: "nowrap" } as const;

/** Who changed what, the newest first. */
export default function AuditList() {
  const { actionOf, entityOf } = useWords();
  return (
    <PageList filters={FILTERS} sort={{ field: "at", order: "DESC" }} actions={<Actions />}>
      <Rows
        rowClick={false}
        primary={({ action, entity, subject }) => `${actionOf(action)} · ${entityOf(entity)} ${subject}`}
        secondary={({ at, actor }) => `${new Date(at).toLocaleString()} · ${actor}`}
      >
        <DataTable.Col source="at" field={When} />
        <DataTable.Col source="actor" disableSort />
        <DataTable.Col source="action" disableSort render={({ action }) => actionOf(action)} sx={ONE_LINE} />
        <DataTable.Col source="entity" disableSort render={({ entity }) => entityOf(entity)} sx={ONE_LINE} />
        <DataTable.Col source="subject" disableSort sx={{ overflowWrap: "anywhere", minWidth: 120 }} />
        <DataTable.Col source="detail" disableSort render={({ detail }) => <Detail detail={detail} />} />
      </Rows>
    </PageList>
  );
}
