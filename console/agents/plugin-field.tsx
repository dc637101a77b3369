import Box from "@mui/material/Box";
import { SelectInput, useTranslate } from "react-admin";
import { useWatch } from "react-hook-form";
import type { PluginForm } from "../../host-server/console/contract/agents.ts";
import { useHint } from "../forms/hint.ts";
import type { Schema } from "../forms/schema.ts";
import { SchemaFields } from "../forms/schema-fields.tsx";
import { SHOWN_WHEN_EMPTY } from "../forms/shown-when-empty.ts";

type Setting = boolean | { [key: string]: unknown } | null | undefined;

/** `settings.plugins.<name>` is false, true or the plugin's settings: as a choice it is off, on, or neither. */
function choiceOf(value: Setting): string {
  if (value === undefined || value === null) return "";
  return value === false ? "off" : "on";
}

/** A plugin that may be switched on or off, and its settings where it is on. */
export function PluginField({ plugin }: { readonly plugin: PluginForm }) {
  const translate = useTranslate();
  const hint = useHint();
  const source = `settings.plugins.${plugin.name}`;
  const value: Setting = useWatch({ name: source });
  const schema = plugin.schema as Schema;
  const fields = Object.keys(schema.properties ?? {});
  const usual = translate(plugin.byDefault ? "agent.onByDefault" : "agent.offByDefault");
  const isShown = fields.length > 0 && typeof value === "object" && value !== null;
  return (
    <Box component="fieldset" sx={{ border: 1, borderColor: "divider", borderRadius: 1, mb: 1.5, width: "100%" }}>
      <Box component="legend" sx={{ px: 1, fontWeight: 600 }}>
        {translate(`plugin.${plugin.name}`, { _: plugin.name })}
      </Box>
      <Box sx={{ color: "text.secondary", fontSize: "0.875rem" }}>
        {hint(plugin.description)} <code>{plugin.name}</code>
      </Box>
      <SelectInput
        source={source}
        label="agent.plugin"
        helperText={false}
        format={choiceOf}
        parse={(choice: string) => (choice === "on" ? {} : choice === "off" ? false : null)}
        choices={["on", "off"].map((id) => ({ id, name: translate(`agent.${id}`) }))}
        translateChoice={false}
        emptyText={usual}
        slotProps={SHOWN_WHEN_EMPTY}
      />
      {isShown && <SchemaFields source={source} schema={schema} />}
    </Box>
  );
}
