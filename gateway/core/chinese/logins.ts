import type { Wording } from "./wording.ts";

/** Logging in, the first administrator, sessions. */
export const LOGINS: readonly Wording[] = [
  ["too many attempts at once from this address; wait a few seconds", "此地址同时尝试过多；请等几秒再试"],
  ["too many people log in at this moment; try again in a few seconds", "此刻登录的人过多；请几秒后再试"],
  ["the first administrator was made already: log in", "首位管理员已经设置过：请登录"],
  [
    "this is not the set-up code; okc setup-code shows it on the gateway",
    "设置码不对；在网关本机用 okc setup-code 查看",
  ],
  ["name or password is wrong", "姓名或密码不对"],
  ["a login's name has 1–{} characters and does not begin with @", "登录名为 1–{} 个字符，且不以 @ 开头"],
  ["{} may log in already; okc logins passwd {} sets a new password", "{} 已可登录；okc logins passwd {} 可设新密码"],
  ["nobody logs in as {}; okc logins lists who does", "没有名为 {} 的登录；okc logins 列出所有登录"],
  [
    "the password has {} characters; it needs {} or more, of any kind",
    "密码有 {} 个字符；至少要 {} 个，任何字符都可以",
  ],
  ["the password has more than {} characters", "密码超过 {} 个字符"],
  ["this password is the first that anybody would try; choose another", "这个密码谁都会先猜到；请换一个"],
  ["logins knows {}, each with a NAME; alone it lists", "logins 可用 {}，各带一个 NAME；单独使用则列出名单"],
  ["the two are not the same; nothing was changed", "两次输入不一致；没有改动"],
  ["no password came: type it at a terminal, or pipe one line", "没有收到密码：请在终端输入，或用管道传入一行"],
  ["given up; nothing was changed", "已放弃；没有改动"],
  ["this session is over: log in again", "登录已过期：请重新登录"],
  [
    "x-okc-page is missing: only this gateway's own pages act by a session",
    "缺少 x-okc-page：只有本网关自己的页面可凭登录操作",
  ],
  ["send name and password, or a token", "请发送姓名和密码，或令牌"],
  ["the set-up code is shown on the gateway's own machine only", "设置码只在网关本机上显示"],
];
