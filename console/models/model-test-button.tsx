import Bolt from "@mui/icons-material/Bolt";
import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import { useState } from "react";
import { useRecordContext, useTranslate } from "react-admin";
import { useFormContext, useWatch } from "react-hook-form";
import type { Model, ModelTestResult } from "../../host-server/console/contract/models.ts";
import { request } from "../api/request.ts";
import { withoutEmpty } from "../parts/clean.ts";
import { useAction } from "../parts/use-action.ts";

/** Tries the provider with what stands in the form, saved or not, and says how fast it was. */
export function ModelTestButton() {
  const translate = useTranslate();
  const model = useRecordContext<Model>();
  const { getValues } = useFormContext();
  const provider: unknown = useWatch({ name: "provider" });
  const { isBusy, run } = useAction();
  const [result, setResult] = useState<ModelTestResult>();
  const test = () =>
    run(async () => {
      setResult(undefined);
      const { stage, provider, settings } = getValues();
      const body = { stage, provider, settings: withoutEmpty(settings ?? {}), ...(model?.id && { model: model.id }) };
      setResult(await request<ModelTestResult>("POST", "models/test", body));
    });
  const times =
    result && translate("model.times", { load: Math.round(result.loadMs), first: Math.round(result.firstMs ?? 0) });
  return (
    <>
      <Button startIcon={<Bolt />} variant="outlined" onClick={test} disabled={isBusy || !provider}>
        {translate(isBusy ? "model.testing" : "model.test")}
      </Button>
      {result && (
        <Alert severity={result.isOk ? "success" : "error"} sx={{ mt: 1, overflowWrap: "anywhere" }}>
          {result.isOk && `${times} `}
          {result.text}
        </Alert>
      )}
    </>
  );
}
