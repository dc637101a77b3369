import { z } from "zod";

const endPrompt = z.strictObject({
  enable: z.boolean().default(true).describe("Whether the device says goodbye when nobody has spoken for a while."),
  prompt: z.string().trim().min(1).default("Goodbye!").describe("What the model answers then."),
});

/** How a conversation begins and ends; the names are the reference's. */
export const conversationKeys = {
  close_connection_no_voice_time: z
    .number()
    .positive()
    .default(120)
    .describe("Seconds without voice after which a connection is closed."),
  end_prompt: endPrompt.prefault({}).describe("The goodbye before that."),
  exit_commands: z
    .array(z.string())
    .default(["退出", "关闭"])
    .describe("What a user says to end the conversation at once."),
  wakeup_words: z
    .array(z.string())
    .default([
      "你好小智",
      "嘿你好呀",
      "你好小志",
      "小爱同学",
      "你好小鑫",
      "你好小新",
      "小美同学",
      "小龙小龙",
      "喵喵同学",
      "小滨小滨",
      "小冰小冰",
      "hi xiaozhi",
      "hey xiaozhi",
      "hello xiaozhi",
    ])
    .describe("What devices send when somebody has called them."),
  enable_greeting: z.boolean().default(true).describe("Whether a device that was called answers."),
  enable_wakeup_words_response_cache: z
    .boolean()
    .default(true)
    .describe("Whether it answers at once with one of wakeup_replies; otherwise the model answers."),
  wakeup_replies: z
    .array(z.string().trim().min(1))
    .min(1)
    .default(["I'm here!", "Yes, I'm listening.", "Hello!", "What can I do for you?"])
    .describe("What a device says when it was called, in turn."),
  enable_stop_tts_notify: z.boolean().default(false).describe("Whether a tone follows each answer."),
  stop_tts_notify_voice: z.string().default("").describe("WAV file with the tone; empty: two short notes."),
  tts_audio_send_delay: z
    .number()
    .min(0)
    .max(1_000)
    .default(0)
    .describe("ms between two packets of sound, for devices that cannot take them ahead of time; 0: the usual pace."),
  replacement_words: z
    .array(z.string().regex(/^[^|]+\|[^|]*$/, "expected text|what is said instead"))
    .default([])
    .describe("What the voice says in place of what is written: text|spoken."),
  chat_history: z
    .enum(["none", "text", "text+audio"])
    .default("text")
    .describe("What is kept of conversations in the database."),
  chat_history_days: z.number().min(0).default(0).describe("Days after which what was said is deleted; 0: never."),
  chat_audio_days: z.number().min(0).default(30).describe("Days after which its sound is deleted; 0: never."),
  device_max_output_size: z
    .int()
    .min(0)
    .default(0)
    .describe("Characters that a device is told on one day; 0: no limit."),
  device_max_output_response: z
    .string()
    .default("That is enough for today. Talk to you tomorrow!")
    .describe("Said when a device has been told that many."),
} as const;
