import { SelectInput, useTranslate } from "react-admin";
import { useWatch } from "react-hook-form";
import { JsonInput } from "./json-input.tsx";
import { plainOf, type Schema, shownDefault } from "./schema.ts";
import { SchemaFields } from "./schema-fields.tsx";
import { SHOWN_WHEN_EMPTY } from "./shown-when-empty.ts";

interface StageFieldsProps {
  readonly source: string;
  readonly stage: string;
  readonly schema: Schema;
}

/** Which provider fills a stage, and the settings of that one alone. */
export function StageFields({ source, stage, schema }: StageFieldsProps) {
  const translate = useTranslate();
  const chosen: unknown = useWatch({ name: `${source}.use` });
  const use = schema.properties?.["use"];
  if (!use) return <SchemaFields source={source} schema={schema} title={stage} />;
  const label = translate(`stage.${stage}`);
  const usual = translate("forms.asServer");
  const settings = typeof chosen === "string" ? schema.properties?.[chosen] : undefined;
  const choices = (plainOf(use).enum ?? []).filter(Boolean).map((id) => ({ id, name: id }));
  const shown = shownDefault(use.default);
  return (
    <>
      {Array.isArray(chosen) ? (
        <JsonInput source={`${source}.use`} label={label} helperText="forms.chain" />
      ) : (
        <SelectInput
          source={`${source}.use`}
          label={label}
          choices={choices}
          emptyText={usual}
          slotProps={SHOWN_WHEN_EMPTY}
          translateChoice={false}
          helperText={shown ? translate("forms.usual", { value: shown }) : false}
        />
      )}
      {settings && typeof chosen === "string" && (
        <SchemaFields source={`${source}.${chosen}`} schema={settings} title={chosen} />
      )}
    </>
  );
}
