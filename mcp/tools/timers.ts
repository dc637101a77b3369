import { defineTool, type Tool } from "../tool.ts";

/** A timer or an alarm as the model is told of it. */
interface TimerView {
  readonly id: number;
  readonly rings_in_seconds: number;
}

/** What the tools control: the device's own timers and alarms. */
export interface TimerControl {
  countDown(seconds: number, label: string): TimerView;
  /** `time` is a local time of day */
  at(time: string, label: string): TimerView;
  list(): readonly TimerView[];
  /** Throws when there is none with this id. */
  cancel(id: number): void;
}

const MAX_SECONDS = 7 * 24 * 3600;

function setTool(timers: TimerControl): Tool {
  return defineTool({
    name: "self.timer.set",
    description:
      "Set a timer or an alarm that rings on the device. Give either `seconds` from now, or `time`, a local time of " +
      "day such as 07:30. `label` says what it is for.",
    params: {
      seconds: { type: "integer", default: 0, minimum: 0, maximum: MAX_SECONDS },
      time: { type: "string", default: "" },
      label: { type: "string", default: "" },
    },
    run: ({ seconds, time, label }) => {
      if (seconds > 0 === (time !== "")) throw new Error("Expected either seconds or time");
      const timer = seconds > 0 ? timers.countDown(seconds, label) : timers.at(time, label);
      return { success: true, ...timer };
    },
  });
}

function listTool(timers: TimerControl): Tool {
  return defineTool({
    name: "self.timer.list",
    description: "List the timers and alarms of the device that have not rung yet.",
    params: {},
    run: () => ({ timers: timers.list() }),
  });
}

function cancelTool(timers: TimerControl): Tool {
  return defineTool({
    name: "self.timer.cancel",
    description: "Cancel a timer or an alarm, or stop its ringing. `self.timer.list` gives the ids.",
    params: { id: { type: "integer", minimum: 1 } },
    run: ({ id }) => {
      timers.cancel(id);
      return { success: true, id };
    },
  });
}

/** Setting, listing and cancelling what rings on the device. */
export function timerTools(timers: TimerControl): readonly Tool[] {
  return [setTool(timers), listTool(timers), cancelTool(timers)];
}
