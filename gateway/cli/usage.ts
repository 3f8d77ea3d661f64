import { GatewayError } from "../core/errors.ts";
import { OUTCOME_WORDS, ROLE_WORDS, type Word } from "../core/words.ts";

/** One line a command, for `okc --help`: how it is written, Chinese, English. */
export const USAGE: readonly (readonly [string, string, string])[] = [
  ["start", "启动网关", "run the gateway of the configuration"],
  [
    "import FILE [--dry-run]",
    "导入居民、楼栋、响应人、联系方式或设备",
    "residents, buildings, responders, contacts, devices",
  ],
  ["residents [--hotline-csv]", "居民名单；热线对照表", "who is served; the receiver's table"],
  ["devices [--all]", "设备名单（--all 含退役）", "enrolled devices; --all shows retired ones too"],
  ["responders", "响应人名单", "volunteers, family, staff"],
  [
    "push-link RESPONDER",
    "为某人生成链接，由其在自己手机上打开通知（7 天有效）",
    "a link, good for a week, by which a person switches notifications on",
  ],
  ["accounts add NAME --bridge KIND", "新建 MQTT 账号", "an MQTT account for a whole bridge"],
  ["token create --role R --as NAME", "新建访问令牌", "a bearer token for a person or a program"],
  ["logins", "登录名单", "who may log in on the page"],
  ["logins add NAME --role R", "新建登录（密码从终端或标准输入读取）", "add a login; the password is asked for"],
  ["logins passwd NAME", "更改密码", "set a new password; open sessions end"],
  ["logins remove NAME", "删除登录", "remove a login; open sessions end"],
  ["setup-code", "首次设置码", "what the first administrator is made with"],
  ["alarms [--state open|resolved|closed|all]", "警情", "alarms"],
  ["cap ID", "警情（CAP 1.2 XML，供城市平台）", "an alarm as a message of CAP 1.2"],
  ["faults", "技术故障", "faults of the gateway, its lines, paths and devices"],
  ["paths", "对外通道：正常、中断或未证实", "each way out: up, down or unproved"],
  ["watch", "实时事件", "everything that happens, live"],
  ["take ID --as NAME", "接警", "take an alarm"],
  ["release ID --as NAME", "放弃接警", "give it back"],
  ["arrive ID --as NAME", "到达", "somebody is with the wearer"],
  ["note ID TEXT --as NAME", "备注", "add a note"],
  ["verify-cancel ID --as NAME", "核实取消", "you have verified the wearer's wish to cancel"],
  ["resolve ID --outcome CODE [--note TEXT] --as NAME", "处置完毕", "end it with an outcome"],
  ["close ID --as NAME", "归档", "review done"],
  [
    "enrol [--stop | --resident R [--key] [--force] [--means M] [--label L] [--location L] [--minutes N]] --as NAME",
    "按键登记设备：按两次登记，第三次作为测试验证",
    "enrol a device by pressing it: twice, and a third time as the test that proves it",
  ],
  [
    "enrol [--bridge B --address A --resident R [--key-hex K]] --as NAME",
    "新建设备：账号或密钥只显示一次（含二维码），然后按一次验证",
    "make a device: its account or key is shown once, with a QR code; then one press proves it",
  ],
  [
    "replace OLD [--with NEW | --key] --as NAME",
    "更换设备：用已登记的备用设备，或按键登记的新设备",
    "put a spare device, or one that is learnt by pressing it, in the place of an old one",
  ],
  [
    "walk DEVICE [--places 卧室,浴室] [--minutes N | --stop] --as NAME",
    "走一遍信号：每处按一次，只测量，不上报（20 秒内按两次为真实警情）",
    "a range walk: one press in each place is measured and told nobody; two within 20 s are real",
  ],
  [
    "test DEVICE [--minutes N | --stop] --as NAME",
    "测试模式（最多 10 分钟；20 秒内按两次为真实警情）",
    "test mode, at most 10 minutes; two presses within 20 s are real",
  ],
  [
    "test-contact RESPONDER [CHANNEL] --as NAME",
    "测试联系方式：本人须答复或打开链接",
    "test how somebody is reached: they answer, or open the link",
  ],
  [
    "checked DEVICE --as NAME",
    "已查看设备（结束“被打开”故障）",
    "you have looked at a device that was opened: its tamper row is over",
  ],
  [
    "suspend DEVICE --as NAME",
    "停用设备（按键只通知工作人员）",
    "do not rely on it: its presses are shown to staff only",
  ],
  ["resume DEVICE --as NAME", "恢复使用", "rely on it again"],
  ["retire DEVICE --as NAME", "设备退役", "out of use for good; its history stays"],
  ["press ID [--kind K]", "模拟按键（仅演示）", "press a simulated button (demo only)"],
  ["duty", "值班表：现在与未来一周", "who is on duty, now and in the coming week"],
  ["duty gaps", "值班空缺：何时无人可叫", "when nobody would be called"],
  [
    "duty override FROM TO WHO [--rota ID] --as NAME",
    "临时值班：此时段由这些人值班（WHO 用逗号分隔，nobody 为无人）",
    "these are on duty instead (ids with commas, or nobody)",
  ],
  [
    "duty swap FROM TO PERSON WHO [--rota ID] --as NAME",
    "换班：此时段由另一人代替",
    "somebody else takes one person's place",
  ],
  ["duty end ID --as NAME", "撤销临时值班或换班", "take such a change back"],
  ["policy check", "检查升级策略", "who would not be reached, and when"],
  [
    "doctor [--public [--wait 10min]]",
    "自检；验证公网地址",
    "what would fail in the night, and what to do; prove http.publicUrl",
  ],
  [
    "report response-times --from DATE --to DATE [--by kind|building|hour|responder] [--csv]",
    "响应时间（--to 当天不含）",
    "how fast people answered; --to is exclusive",
  ],
  ["report month [--month YYYY-MM] [--out FILE]", "月报（可打印网页）", "a month as a page for the printer"],
  ["backup [FILE]", "备份", "a copy that opens by itself"],
  ["key check FILE", "核对密钥文件的副本", "compare a copy of the key file, kept elsewhere, with the one in use"],
  [
    "decode [--enrolled] [--presses] [--fixture-kinds] < FILE",
    "解读设备报文：每行一条（JSON 或直接粘贴）",
    "say what messages of devices mean: a line each, as JSON or as pasted",
  ],
  ["restore FILE", "恢复备份（网关须已停止）", "put a backup in place; the gateway must be stopped"],
];

export function helpText(): string {
  const width = Math.max(...USAGE.map(([form]) => form.length));
  return [
    "okc 命令 COMMAND [--config FILE | --url URL --token TOKEN] [--json]",
    "",
    ...USAGE.map(([form, zh, en]) => `  ${form.padEnd(width)}  ${zh} / ${en}`),
    "",
    ...codesOf("处置结果 / outcomes", OUTCOME_WORDS),
    "",
    ...codesOf("角色 / roles", ROLE_WORDS),
    "",
    "退出码 / exit codes:",
    "  0 完成 done, 1 失败 failed, 2 用法错误 wrong use, 69 无法连接网关 gateway not reachable, 78 配置错误 configuration",
  ].join("\n");
}

function codesOf(title: string, words: Readonly<Record<string, Word>>): string[] {
  const width = Math.max(...Object.keys(words).map(({ length }) => length));
  const lines = Object.entries(words).map(([code, [zh, en]]) => `  ${code.padEnd(width)}  ${zh} / ${en}`);
  return [`${title}:`, ...lines];
}

/** A command written wrongly: says what, and how it is written. */
export function wrongUse(what: string, command: string | undefined): GatewayError {
  const form = USAGE.find(([one]) => command !== undefined && one.split(" ")[0] === command)?.[0];
  return new GatewayError("bad-input", `${what}\nusage: okc ${form ?? "COMMAND; see okc --help"}`);
}
