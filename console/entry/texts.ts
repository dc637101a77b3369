import type { Language } from "../texts/language.ts";

const ENGLISH = {
  welcome: "Welcome to XiaoZhi",
  firstHint: "This server has no account yet. The first one becomes its administrator.",
  createAdministrator: "Create administrator",
  login: "Log in",
  loginTitle: "Log in to XiaoZhi",
  register: "Create an account",
  name: "Name",
  email: "E-mail address",
  password: "Password",
  repeat: "Password again",
  passwordHint: "At least {length} characters.",
  passwordShort: "The password needs at least {length} characters.",
  passwordDiffers: "The two passwords are not the same.",
  showPassword: "Show password",
  hidePassword: "Hide password",
  secondFactor: "Second factor",
  secondHint: "Six digits from your authenticator app, or one of your backup codes.",
  code: "Code",
  verify: "Verify",
  back: "Back",
  toLogin: "I have an account",
  language: "中文",
  languageLabel: "切换为中文",
  loading: "Loading …",
  retry: "Try again",
  unreachable: "The server does not answer.",
  invalidLogin: "No account has this e-mail address and password.",
  invalidCode: "This code is not right.",
  tooMany: "Too many attempts. Wait a minute, then try again.",
  taken: "There is an account with this e-mail address.",
  weak: "This password is too easy to guess. Choose a longer one.",
  closed: "Accounts are made by the administrator of this server.",
  blocked: "This account is blocked.",
  loginLost: "Your login has ended. Log in again: you come back to the same page.",
};

export type EntryTexts = typeof ENGLISH;

const CHINESE: EntryTexts = {
  welcome: "欢迎使用小智",
  firstHint: "此服务器还没有账号。第一个账号将成为管理员。",
  createAdministrator: "创建管理员",
  login: "登录",
  loginTitle: "登录小智",
  register: "注册账号",
  name: "名称",
  email: "电子邮箱",
  password: "密码",
  repeat: "再次输入密码",
  passwordHint: "至少 {length} 个字符。",
  passwordShort: "密码至少需要 {length} 个字符。",
  passwordDiffers: "两次输入的密码不一致。",
  showPassword: "显示密码",
  hidePassword: "隐藏密码",
  secondFactor: "两步验证",
  secondHint: "请输入验证器应用中的六位数字，或一个备用码。",
  code: "验证码",
  verify: "验证",
  back: "返回",
  toLogin: "已有账号",
  language: "English",
  languageLabel: "Switch to English",
  loading: "正在加载…",
  retry: "重试",
  unreachable: "服务器没有响应。",
  invalidLogin: "邮箱或密码不正确。",
  invalidCode: "验证码不正确。",
  tooMany: "尝试次数过多，请一分钟后再试。",
  taken: "该邮箱已有账号。",
  weak: "密码过于简单，请使用更长的密码。",
  closed: "账号由此服务器的管理员创建。",
  blocked: "此账号已被停用。",
  loginLost: "登录已失效。重新登录后将回到原来的页面。",
};

/** What the pages before the login say. They are few, so that they load at once. */
export const ENTRY_TEXTS: { readonly [language in Language]: EntryTexts } = { en: ENGLISH, zh: CHINESE };

/** Puts a value in the place of `{length}`. */
export function withLength(text: string, length: number): string {
  return text.replace("{length}", String(length));
}
