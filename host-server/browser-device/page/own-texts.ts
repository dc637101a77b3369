const ENGLISH = {
  title: "Your own XiaoZhi",
  about: "How a device that you have at hand comes to this server.",
  address: "Address of this server",
  code: "The address as a QR code",
  copy: "Copy",
  copied: "Copied",
  try: "No device at hand? Try one in the browser",
  called: "Devices that have called",
  none: "None yet. This page looks by itself every few seconds.",
  hidden: "Only a browser on the server's own computer is shown who has called.",
  callOf: (device: string, what: string, time: string) => `${device} (${what}) at ${time}`,
  stockTitle: "A device with its maker's firmware",
  stock: [
    "Switch it on and press its button (BOOT) while it starts: it opens a Wi-Fi network whose name begins with Xiaozhi.",
    "Join that network with a phone. A page opens; if not, go to http://192.168.4.1.",
    "Under “Advanced”, put the address above into the field for the OTA address, and save.",
    "Choose your own network there, with its password. The device restarts and calls this server.",
  ],
  flash: "Flash a board from this browser",
  mineTitle: "A device with this project's firmware",
  mine: [
    "In the same network it finds this server by itself.",
    "In another one, write the address into “Server address” of its page, under “Advanced”.",
  ],
  awayTitle: "If it does not call",
  away: [
    "Open the address with a phone in the device's network. It says “The OTA service is running”; if it does not, nothing reaches this server:",
    "Firewall on Windows, as administrator: netsh advfirewall firewall add rule name=XiaoZhi dir=in action=allow protocol=TCP localport=8000,8002",
    "Firewall on Linux: sudo ufw allow 8000,8002/tcp",
    "Docker: publish both ports (-p 8000:8000 -p 8002:8002) and set server.websocket to ws://ADDRESS-OF-THE-COMPUTER:8000/xiaozhi/v1/. Devices find the server by themselves only with --network host.",
    "WSL 2: write networkingMode=mirrored under [wsl2] into .wslconfig of your Windows user, then run: wsl --shutdown",
    "Guest networks, and “isolation” in the access point, keep devices from computers. 2.4 GHz is needed by an ESP32.",
  ],
} as const;

type OwnTexts = { readonly [name in keyof typeof ENGLISH]: unknown } & Omit<typeof ENGLISH, "stock" | "mine" | "away">;

/** What the page says, in one language. */
export interface Texts extends Widened<OwnTexts> {
  readonly stock: readonly string[];
  readonly mine: readonly string[];
  readonly away: readonly string[];
}

type Widened<T> = { readonly [name in keyof T]: T[name] extends string ? string : T[name] };

const CHINESE: Texts = {
  title: "你自己的小智",
  about: "手边的设备怎样连到这台服务器。",
  address: "本服务器的地址",
  code: "地址二维码",
  copy: "复制",
  copied: "已复制",
  try: "手边没有设备？在浏览器里试一试",
  called: "联系过本服务器的设备",
  none: "还没有。此页面每隔几秒自动查看。",
  hidden: "只有在服务器本机的浏览器中才显示联系过的设备。",
  callOf: (device, what, time) => `${device}（${what}）${time}`,
  stockTitle: "使用原厂固件的设备",
  stock: [
    "开机，并在启动时按一下按键（BOOT）：设备会打开名字以 Xiaozhi 开头的 Wi-Fi 热点。",
    "用手机连接这个热点，会弹出页面；没有弹出时请打开 http://192.168.4.1。",
    "在“高级选项”中，把上面的地址填入 OTA 地址一栏并保存。",
    "选择自己的网络并输入密码。设备重启后会联系本服务器。",
  ],
  flash: "在浏览器中烧录开发板",
  mineTitle: "使用本项目固件的设备",
  mine: [
    "在同一网络中，设备会自动找到本服务器。",
    "在其他网络中，请在设备配网页面“高级选项”的“服务器地址”中填写上面的地址。",
  ],
  awayTitle: "如果设备没有联系服务器",
  away: [
    "用手机（与设备同一网络）打开上面的地址，应显示“OTA接口运行正常”；没有显示说明无法访问本服务器：",
    "Windows 防火墙（以管理员身份运行）：netsh advfirewall firewall add rule name=XiaoZhi dir=in action=allow protocol=TCP localport=8000,8002",
    "Linux 防火墙：sudo ufw allow 8000,8002/tcp",
    "Docker：映射两个端口（-p 8000:8000 -p 8002:8002），并把 server.websocket 设为 ws://电脑地址:8000/xiaozhi/v1/。只有使用 --network host 时设备才能自动发现服务器。",
    "WSL 2：在 Windows 用户目录的 .wslconfig 的 [wsl2] 下写入 networkingMode=mirrored，然后运行：wsl --shutdown",
    "访客网络和路由器的“AP 隔离”会阻止设备访问电脑。ESP32 需要 2.4 GHz 网络。",
  ],
};

/** In the reader's language. */
export function ownTexts(): Texts {
  const isChinese = navigator.language.startsWith("zh");
  document.documentElement.lang = isChinese ? "zh-CN" : "en";
  return isChinese ? CHINESE : ENGLISH;
}
