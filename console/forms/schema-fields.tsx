import Box from "@mui/material/Box";
import {
  maxValue,
  minLength,
  minValue,
  NullableBooleanInput,
  NumberInput,
  PasswordInput,
  required,
  SelectInput,
  TextArrayInput,
  TextInput,
  useTranslate,
} from "react-admin";
import { useWatch } from "react-hook-form";
import { useHint } from "./hint.ts";
import { JsonInput } from "./json-input.tsx";
import { PairsInput } from "./pairs-input.tsx";
import { fits, kindOf, plainOf, type Schema, shownDefault } from "./schema.ts";
import { SHOWN_WHEN_EMPTY } from "./shown-when-empty.ts";

interface SchemaInputProps {
  /** Path in the form's values. */
  readonly source: string;
  /** Last part of the path. */
  readonly name: string;
  readonly schema: Schema;
  readonly isRequired?: boolean;
}

/** `api_key` as people write it. */
export function written(name: string): string {
  const words = name.replace(/^self_/, "").replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function rulesOf(schema: Schema, isRequired: boolean) {
  const { minimum, maximum } = schema;
  return [
    ...(isRequired ? [required()] : []),
    ...(minimum !== undefined ? [minValue(minimum)] : []),
    ...(maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? [maxValue(maximum)] : []),
    ...(schema.minLength && schema.minLength > 1 ? [minLength(schema.minLength)] : []),
  ];
}

/** Name, explanation and rules of a field, in the reader's language as far as they are known in it. */
function useFieldProps({ source, name, schema, isRequired = false }: SchemaInputProps) {
  const translate = useTranslate();
  const { description, default: usual } = schema;
  const shown = typeof usual === "boolean" ? translate(`ra.boolean.${usual}`) : shownDefault(usual);
  const hint = useHint()(description ?? "");
  const usualText =
    shown === "" ? "" : translate("forms.usual", { value: translate(`choice.${name}.${shown}`, { _: shown }) });
  return {
    source,
    label: translate(`setting.${name}`, { _: written(name) }),
    helperText: [hint, usualText].filter(Boolean).join(" · ") || false,
    validate: rulesOf(schema, isRequired),
  };
}

/** A field for one value of a schema. What is left empty stays as the server has it. */
export function SchemaInput(props: SchemaInputProps) {
  const { source, name } = props;
  const schema = plainOf(props.schema);
  const value: unknown = useWatch({ name: source });
  const translate = useTranslate();
  const common = useFieldProps({ ...props, schema });
  const wanted = kindOf(name, schema);
  const kind = fits(wanted, value) ? wanted : "json";
  switch (kind) {
    case "fields":
      return <SchemaFields source={source} schema={schema} title={common.label} />;
    case "choice": {
      const choices = (schema.enum ?? [])
        .filter(Boolean)
        .map((id) => ({ id, name: translate(`choice.${name}.${id}`, { _: id }) }));
      const empty = translate("forms.asServer");
      const shown = { emptyText: empty, slotProps: SHOWN_WHEN_EMPTY };
      return <SelectInput {...common} {...shown} choices={choices} translateChoice={false} />;
    }
    case "flag":
      return <NullableBooleanInput {...common} nullLabel={translate("forms.asServer")} slotProps={SHOWN_WHEN_EMPTY} />;
    case "number":
      return <NumberInput {...common} {...(schema.type === "integer" && { step: 1 })} />;
    case "secret":
      return <PasswordInput {...common} autoComplete="off" />;
    case "list":
      return <TextArrayInput {...common} />;
    case "pairs":
      return <PairsInput {...common} kept={schema.type === "array" ? "lines" : "record"} />;
    case "json":
      return <JsonInput {...common} />;
    default:
      return <TextInput {...common} multiline={isLong(name)} />;
  }
}

/** Texts that are mostly longer than a line. */
function isLong(name: string): boolean {
  return /(^|_)(prompt|template|response|note)$/.test(name);
}

interface SchemaFieldsProps {
  readonly source: string;
  readonly schema: Schema;
  /** What the fields have in common; without it they stand for themselves. */
  readonly title?: string;
  /** Keys that are shown elsewhere. */
  readonly without?: readonly string[];
}

/** A field for each value of an object's schema. */
export function SchemaFields({ source, schema, title, without = [] }: SchemaFieldsProps) {
  const entries = Object.entries(schema.properties ?? {}).filter(([key]) => !without.includes(key));
  const fields = entries.map(([key, inner]) => (
    <SchemaInput
      key={key}
      source={`${source}.${key}`}
      name={key}
      schema={inner}
      isRequired={schema.required?.includes(key) === true && inner.default === undefined}
    />
  ));
  if (title === undefined) return fields;
  return (
    <Box component="fieldset" sx={{ border: 1, borderColor: "divider", borderRadius: 1, mb: 2, width: "100%" }}>
      <Box component="legend" sx={{ px: 1, fontWeight: 600 }}>
        {title}
      </Box>
      {fields}
    </Box>
  );
}
