/** One thing to see on a screen: statements on `view`, the device's `View`, and `words`, what it says itself. */
export interface Scene {
  readonly name: string;
  readonly show: string;
}

export type Language = "en-US" | "zh-CN";

const SAID = {
  "en-US": {
    user: "What is the weather like tomorrow?",
    answer: "Tomorrow will be sunny, with a light breeze from the south.",
    long:
      "Once upon a time there was a small fox who lived at the edge of a large forest. Every morning it went down " +
      "to the river, and every evening it came home with a story that nobody believed.",
    where: "xiaozhi.example",
  },
  "zh-CN": {
    user: "明天天气怎么样？",
    answer: "明天晴，有微微的南风，适合出门散步。",
    long:
      "从前有一只小狐狸，住在大森林的边上。每天早晨它都到河边去，每天晚上它都带回一个谁也不相信的故事。" +
      "有一天，它说它看见了月亮在水里洗澡，大家都笑了。",
    where: "xiaozhi.example",
  },
} as const;

const stt = (text: string) => `view.attend(${JSON.stringify({ type: "stt", text })});`;
const say = (text: string) => `view.attend(${JSON.stringify({ type: "tts", state: "sentence_start", text })});`;
const face = (emotion: string) => `view.attend(${JSON.stringify({ type: "llm", emotion })});`;
const state = (name: string) => `view.showState("${name}");`;
/** @param text an expression on `words`, the device's */
const alert = (text: string, picture: string) => `view.showAlert(${text}, "${picture}");`;

/** Everything that a device's screen can look like, in the order of a device's day. */
export function scenes(language: Language): readonly Scene[] {
  const said = SAID[language];
  return [
    { name: "starting", show: state("starting") },
    { name: "network", show: `view.showNetwork("joining", "Home & Garden 2.4G");` },
    {
      name: "setup",
      show: `${state("wifi_configuring")} view.showSetup("Xiaozhi-1A2B", "http://192.168.4.1");`,
    },
    {
      name: "code",
      show: `${state("activating")} ${alert('"-"', "link")} view.showCode("482915", ${JSON.stringify(said.where)});`,
    },
    { name: "standby", show: `${state("idle")} view.showBattery(80, false);` },
    { name: "connecting", show: state("connecting") },
    { name: "user", show: `${state("listening")} ${stt(said.user)}` },
    { name: "answer", show: `${state("speaking")} ${face("happy")} ${say(said.answer)} view.showBattery(55, true);` },
    { name: "long", show: `${face("thinking")} ${say(said.long)}` },
    { name: "volume", show: "view.showVolume(35);" },
    { name: "mute", show: "parts.level = 0; view.showVolume(0); view.showBattery(15, false);" },
    {
      name: "error",
      show: `${state("idle")} ${alert("words.unreachable", "cancel")} parts.level = 70; parts.rssi = undefined;`,
    },
    { name: "battery", show: "view.showBattery(0, false);" },
    { name: "brightness", show: "view.showBattery(20, true); view.showBrightness(100);" },
    { name: "server", show: `${state("idle")} ${alert("words.noServerNear", "cloud_off")}` },
    {
      name: "update",
      show: `view.showBattery(60, true); ${alert('words.upgradeBegins("1.2.3")', "download")} parts.rssi = -70;`,
    },
    { name: "progress", show: `${state("upgrading")} view.showUpgrade(42);` },
  ];
}

/** The pictures of emotions and alerts by their names. */
export const PICTURES = [
  ..."neutral happy laughing funny sad angry crying loving embarrassed surprised shocked".split(" "),
  ..."thinking winking cool relaxed delicious kissy confident sleepy silly confused".split(" "),
  ..."link warning cancel cloud_download cloud_off download gear robot_2".split(" "),
];

/** A screen with every picture, one after the other. */
export function pictureScenes(): readonly Scene[] {
  const first = `${state("listening")} ${say("")}`;
  return PICTURES.map((name, at) => ({
    name,
    show: `${at === 0 ? first : ""} ${face(name)} ${stt(name)}`,
  }));
}
