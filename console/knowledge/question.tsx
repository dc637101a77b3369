import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useListContext, useTranslate } from "react-admin";
import type { FoundPassage } from "../../host-server/console/contract/knowledge.ts";
import { queryOf, request } from "../api/request.ts";
import { Loaded } from "../parts/loaded.tsx";
import { Passage } from "./passage.tsx";

/** What assistants would find for a question, in the collection that the list shows. */
export function Question() {
  const translate = useTranslate();
  const { filterValues = {}, total } = useListContext();
  const [text, setText] = useState("");
  const [asked, setAsked] = useState("");
  const query = queryOf({ question: asked, collection: filterValues["collection"] });
  const ask = (event: FormEvent) => {
    event.preventDefault();
    setAsked(text.trim());
  };
  if (total === 0 && Object.keys(filterValues).length === 0) return null;
  return (
    <Box component="section" sx={{ mt: 3, maxWidth: 760 }}>
      <Box component="h2" sx={{ fontSize: "1.125rem" }}>
        {translate("document.ask")}
      </Box>
      <Box component="form" onSubmit={ask} sx={{ display: "flex", gap: 1, alignItems: "center" }}>
        <TextField
          label={translate("document.askHint")}
          value={text}
          onChange={({ target }) => setText(target.value)}
          slotProps={{ htmlInput: { maxLength: 500 } }}
        />
        <Button type="submit" variant="outlined" disabled={text.trim() === ""} sx={{ flexShrink: 0 }}>
          {translate("document.askNow")}
        </Button>
      </Box>
      {asked !== "" && <Found key={query} query={query} />}
    </Box>
  );
}

function Found({ query }: { readonly query: string }) {
  const translate = useTranslate();
  const found = useQuery({
    queryKey: ["passages", query],
    queryFn: () => request<FoundPassage[]>("GET", `passages${query}`),
    retry: false,
  });
  return (
    <div role="status">
      <Loaded query={found}>
        {(passages) => (
          <>
            {passages.length === 0 && <p>{translate("document.nothingFound")}</p>}
            {passages.map(({ document, heading, text, score }, index) => (
              <Passage
                // biome-ignore lint/suspicious/noArrayIndexKey: an answer never changes its order
                key={index}
                heading={[translate("document.from", { document, percent: Math.round(score * 100) }), heading]
                  .filter(Boolean)
                  .join(" · ")}
                text={text}
              />
            ))}
          </>
        )}
      </Loaded>
    </div>
  );
}
