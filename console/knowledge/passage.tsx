import Box from "@mui/material/Box";

interface PassageProps {
  readonly heading: string;
  readonly text: string;
}

/** A piece of a document. */
export function Passage({ heading, text }: PassageProps) {
  return (
    <Box
      component="article"
      sx={{ my: 1.5, pl: 1.5, borderLeft: 3, borderColor: "divider", overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}
    >
      {heading && <Box sx={{ fontWeight: 600, fontSize: "0.875rem" }}>{heading}</Box>}
      {text}
    </Box>
  );
}
