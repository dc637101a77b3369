import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import LinearProgress from "@mui/material/LinearProgress";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useRecordContext, useTranslate } from "react-admin";
import type { MessageRow, SessionRow } from "../../host-server/console/contract/history.ts";
import { queryOf, request } from "../api/request.ts";
import { Bubble } from "../live/conversation.tsx";
import { MessageDetail } from "./message-detail.tsx";

const PER_PAGE = 100;

interface MessagePage {
  readonly rows: MessageRow[];
}

/** What was said in a session, from the beginning. */
export function SessionMessages(_: { readonly label?: string | false }) {
  const translate = useTranslate();
  const session = useRecordContext<SessionRow>();
  const id = session?.id ?? "";
  const { data, isPending, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ["messages", id],
    queryFn: ({ pageParam: page }) =>
      request<MessagePage>(
        "GET",
        `messages${queryOf({ session: id, page, perPage: PER_PAGE, sort: "at", order: "asc" })}`,
      ),
    initialPageParam: 1,
    getNextPageParam: ({ rows }, pages) => (rows.length === PER_PAGE ? pages.length + 1 : undefined),
    enabled: id !== "",
  });
  if (isPending) return <LinearProgress />;
  const rows = data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <Box sx={{ maxWidth: 720 }}>
      {rows.length === 0 && <p>{translate("history.empty")}</p>}
      {rows.map((message) => (
        <Box key={message.id}>
          <Bubble
            isOwn={message.role === "user"}
            speaker={speakerOf(message) ?? translate(`live.${message.role}`)}
            text={message.text || "…"}
          />
          <MessageDetail message={message} />
        </Box>
      ))}
      {hasNextPage && <Button onClick={() => void fetchNextPage()}>{translate("history.more")}</Button>}
    </Box>
  );
}

/** Who has said it, where the voice is known. */
function speakerOf({ detail }: MessageRow): string | undefined {
  const speaker: unknown = detail?.["speaker"];
  return typeof speaker === "string" && speaker !== "" ? speaker : undefined;
}
