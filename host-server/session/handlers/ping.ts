import { calendarTime } from "../../../protocol/clock.ts";
import type { Ping } from "../../../protocol/to-server.ts";
import type { Handler } from "../conversation.ts";

/** Answers with the local time of day, where the configuration asks for answers. */
export const ping: Handler<Ping> = (conversation) => {
  if (!conversation.answersPings) return;
  conversation.send({ type: "pong", timestamp: localTime(new Date(calendarTime(conversation.clock))) });
};

function localTime(date: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-");
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":")}`;
}
