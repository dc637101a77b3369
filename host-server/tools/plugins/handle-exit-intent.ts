import { definePlugin } from "../plugin.ts";

/** Ends the conversation: says goodbye and lets the device go to sleep. */
export const handleExitIntent = definePlugin({
  name: "handle_exit_intent",
  description: "Call this when the user wants to end the conversation, for example says goodbye.",
  params: {
    say_goodbye: { type: "string", description: "A friendly farewell to say to the user.", default: "Goodbye!" },
  },
  run: ({ say_goodbye }) => ({ reply: say_goodbye, endsSession: true }),
});
