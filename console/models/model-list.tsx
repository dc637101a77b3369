import {
  BooleanField,
  CreateButton,
  DataTable,
  FilterButton,
  SearchInput,
  SelectInput,
  TopToolbar,
  useTranslate,
} from "react-admin";
import { PageList } from "../parts/page-list.tsx";
import { Rows } from "../parts/rows.tsx";
import { STAGE_CHOICES } from "./use-provider-forms.ts";

const FILTERS = [
  <SearchInput key="search" source="search" alwaysOn />,
  <SelectInput key="stage" source="stage" choices={STAGE_CHOICES} />,
];

function Actions() {
  return (
    <TopToolbar>
      <FilterButton />
      <CreateButton />
    </TopToolbar>
  );
}

/** Providers with their settings, for agents to choose from. */
export default function ModelList() {
  const translate = useTranslate();
  return (
    <PageList filters={FILTERS} sort={{ field: "name", order: "ASC" }} actions={<Actions />}>
      <Rows
        primary={({ name }) => name}
        secondary={({ stage, provider }) => `${translate(`stage.${stage}`)} · ${provider}`}
      >
        <DataTable.Col source="name" />
        <DataTable.Col source="stage" render={({ stage }) => translate(`stage.${stage}`)} />
        <DataTable.Col source="provider" />
        <DataTable.Col source="isPreferred" disableSort field={BooleanField} />
        <DataTable.Col source="isEnabled" disableSort field={BooleanField} />
      </Rows>
    </PageList>
  );
}
