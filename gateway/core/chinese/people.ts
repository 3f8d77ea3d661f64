import type { Wording } from "./wording.ts";

/** The tables of residents, buildings, responders, contacts and devices. */
export const PEOPLE: readonly Wording[] = [
  ['bridge "{}" is not known; allowed: {}', "网桥类型“{}”未知；允许：{}"],
  ['address "{}" is none of {}; must be {}', "地址“{}”不属于 {}；应为{}"],
  ["8 hexadecimal digits, as 0000beef", "8 位十六进制数，如 0000beef"],
  [
    "name:id:switch as RFLink prints them, as EV1527:0a1b2c:01, and :command behind it for one key of several",
    "RFLink 输出的 名称:编号:开关，如 EV1527:0a1b2c:01；同一开关有多个按键时在后面加 :命令",
  ],
  [
    "8 hexadecimal digits (or 12 of ERP2), as 0029a1b2, and :key behind it for one key of several",
    "8 位（ERP2 可为 12 位）十六进制数，如 0029a1b2；同一开关有多个按键时在后面加 :键名",
  ],
  [
    "the terminal's number, up to 20 digits of 0-9 and a-f, as 013812345678",
    "终端号，最多 20 位 0-9、a-f，如 013812345678",
  ],
  [
    "a friendly name without + and #, or an IEEE address as 0x00158d0001a2b3c4",
    "不含 + 和 # 的友好名称，或 IEEE 地址，如 0x00158d0001a2b3c4",
  ],
  ["a DevEUI of 16 hexadecimal digits, as 24e124535b316056", "16 位十六进制数的 DevEUI，如 24e124535b316056"],
  [
    "a DevEUI of 16 hexadecimal digits, or the device id where it has none, as button-12",
    "16 位十六进制数的 DevEUI；没有时为设备标识，如 button-12",
  ],
  ["the id in its topics, as shellybutton1-A4CF12F45301", "其主题中的标识，如 shellybutton1-A4CF12F45301"],
  [
    "the topic prefix, as shellyplusi4-a8032ab1fe78, with :bthomedevice:200 behind it for a BLU button, or the MAC that a script tells",
    "主题前缀，如 shellyplusi4-a8032ab1fe78；BLU 按钮在后面加 :bthomedevice:200，或用脚本给出的 MAC",
  ],
  [
    "the node's topic prefix and the name of its sensor or event, as hall-node:help_button",
    "节点的主题前缀与其传感器或事件的名称，如 hall-node:help_button",
  ],
  [
    "model:id as rtl_433 prints them, as Generic-Remote:5069, and :key behind it for one key of several",
    "rtl_433 输出的 型号:编号，如 Generic-Remote:5069；有多个按键时在后面加 :按键",
  ],
  [
    "a MAC as bc:02:6e:aa:bb:cc, 433:code as 433:1315156, or model:id as rtl_433 prints them, and :key behind it for one key of several",
    "MAC 地址，如 bc:02:6e:aa:bb:cc；或 433:编码，如 433:1315156；或 rtl_433 输出的 型号:编号；有多个按键时在后面加 :按键",
  ],
  [
    "rf:code as rf:4af10a, or topic/device of a Zigbee bridge as zbbridge/0x3476, and :key behind it for one key of several",
    "rf:编码，如 rf:4af10a；或 Zigbee 网桥的 主题/设备，如 zbbridge/0x3476；有多个按键时在后面加 :按键",
  ],
  ["the 15 digits of the IMEI, as 353456789012345", "15 位 IMEI，如 353456789012345"],
  [
    "the id of 10 digits behind the first *, or the IMEI, as 8800000015",
    "第一个 * 之后的 10 位编号，或 IMEI，如 8800000015",
  ],
  [
    "the id of 10 digits behind the first comma, or the 15 digits of the IMEI, as 4209951296",
    "第一个逗号之后的 10 位编号，或 15 位 IMEI，如 4209951296",
  ],
  [
    "the first identifier of its device, as 0x00158d0001a2b3c4, or the name in its topic where it has none",
    "其设备的第一个标识，如 0x00158d0001a2b3c4；没有时为其主题中的名称",
  ],
  [
    "1 to 64 letters, digits, dots, underscores or hyphens, as p-17",
    "1 至 64 个字母、数字、点、下划线或连字符，如 p-17",
  ],
  ['resident "{}" is not known; import residents first, or leave it empty', "居民“{}”未知；请先导入居民，或留空"],
  ['means "{}" is not known; allowed: {}', "用途“{}”未知；允许：{}"],
  [
    "a device of {} has no key, it gets a password instead: leave key empty",
    "{} 的设备没有密钥，使用密码：请将 key 留空",
  ],
  [
    "key must be 32 hexadecimal digits; empty makes a new one and keeps that of a known device",
    "key 应为 32 位十六进制数；留空则新设备生成、旧设备保留",
  ],
  ["user {} is already {}; give the device another address", "用户 {} 已是 {}；请给设备另一个地址"],
  [
    'priority "{}" is not 1 to 5, 1 the most urgent; empty: the policy\'s',
    "优先级“{}”不在 1 至 5 之间（1 最紧急）；留空则按策略",
  ],
  ["account and zone go together; give both or neither", "account 与 zone 须一起给出，或都不给"],
  [
    'account "{}" must be 3 to 16 hexadecimal digits, leading zeros included',
    "account“{}”应为 3 至 16 位十六进制数，含开头的零",
  ],
  ['zone "{}" must be 001 to 999', "zone“{}”应为 001 至 999"],
  ["zone 000 is the site's own; residents have 001 to 999", "zone 000 属于站点本身；居民用 001 至 999"],
  [
    "account {} zone {} belongs to resident {} and is never given again; take a free zone, or another account",
    "account {} zone {} 属于居民 {}，不再分配；请用空闲的 zone 或另一个 account",
  ],
  ["without account and zone the hotline cannot know who pressed", "没有 account 与 zone，热线无法知道是谁按的"],
  ["family of nobody is never asked; fill in residents", "不是任何人的家属就永远不会被问到；请填写 residents"],
  ["column {} is ignored; {} have {}", "列 {} 不予理会；{} 的列为 {}"],
  ["changed: {}", "改动：{}"],
  [
    "a device of {} has no key, it has nothing to prove itself with: leave key empty",
    "{} 的设备没有密钥，也没有可证明自己的东西：请将 key 留空",
  ],
  [
    "key must be 32 hexadecimal digits; empty is for one without a key and keeps that of a known device",
    "key 应为 32 位十六进制数；没有密钥的设备留空，旧设备留空则保留",
  ],
  ["name is empty; every building needs one", "name 为空；每栋楼都要有名称"],
  ['lat "{}" must be degrees from -90 to 90, as 31.2304', "lat“{}”应为 -90 至 90 度，如 31.2304"],
  ['lon "{}" must be degrees from -180 to 180, as 121.4737', "lon“{}”应为 -180 至 180 度，如 121.4737"],
  ['role "{}" is not known; allowed: {}', "角色“{}”未知；允许：{}"],
  ["residents: no {} is known; import residents first", "residents：没有 {}；请先导入居民"],
  ['responder "{}" is not known; import responders first', "响应人“{}”未知；请先导入响应人"],
  ["{} is empty", "{} 为空"],
  [
    'order "{}" must be 1 to {}, 1 the first to try; empty: the next',
    "order“{}”应为 1 至 {}，1 最先尝试；留空则排在后面",
  ],
  ['the header "{}" belongs to no kind; allowed: {}', "表头“{}”不属于任何一种表；允许：{}"],
  ["{} has {} characters; at most {} are kept", "{} 有 {} 个字符；最多保留 {} 个"],
  ["{} is empty; every row needs one", "{} 为空；每行都要有"],
  [
    '{} "{}" is no id; must be 1 to {} characters without blanks and : ; , /',
    "{}“{}”不是编号；应为 1 至 {} 个字符，不含空格和 : ; , /",
  ],
  ["building {} is not imported: it has no position", "楼栋 {} 没有导入：没有位置"],
  ["the file is empty; it needs {}", "文件是空的；需要 {}"],
  ["{} notices to people wait; further ones are not sent", "已有 {} 条通知等待发送；不再发送新的通知"],
  [
    '{} "{}" must be a time as 20s or 2min, at most 1h, or never; empty: as the policy says',
    "{}“{}”应为时间，如 20s 或 2min，最长 1h，或 never（不追）；留空则按策略",
  ],
  ["no responder {}; `okc responders` lists them", "没有响应人 {}；用 `okc responders` 查看"],
  [
    "{} has no contact that a test can prove: a group is not asked, and a link needs a public address that was proved",
    "{} 没有可测试的联系方式：群不测试；链接需要已验证的公网地址",
  ],
  ["a test is passed with the token that came with it", "测试须用消息中的令牌通过"],
  ["did not answer their last test: {}", "最近一次测试未答复：{}"],
  [
    "did not answer their last test: {}; other contacts of theirs are tried first",
    "最近一次测试未答复：{}；先用其本人的其他联系方式",
  ],
  ["every contact passed its test again", "所有联系方式重新通过测试"],
  [
    "ask the person for a number or an app that works and import it; then `okc test-contact RESPONDER`",
    "向本人询问有效的号码或应用并导入；然后 `okc test-contact 响应人`",
  ],
  ["line {}: {}", "第 {} 行：{}"],
  ["line {}: column {} stands in the header twice", "第 {} 行：表头中的列 {} 出现两次"],
  ["the file has {} bytes; at most {} are read: split it", "文件有 {} 字节；最多读取 {}：请拆分"],
  [
    'neither UTF-8 nor GB18030 at byte {} (line {}); save the file as "CSV UTF-8"',
    "第 {} 字节（第 {} 行）既不是 UTF-8 也不是 GB18030；请存为“CSV UTF-8”",
  ],
  [
    'the file is UTF-16 ("Unicode text"), which has no commas; save it as "CSV UTF-8"',
    "文件是 UTF-16（“Unicode 文本”），其中没有逗号；请存为“CSV UTF-8”",
  ],
  [
    'read as GB18030, for it is not UTF-8: see that the names are right, else save the file as "CSV UTF-8"',
    "不是 UTF-8，按 GB18030 读取：请看姓名是否正确，不正确则请将文件存为“CSV UTF-8”",
  ],
  [
    'not UTF-8 at byte {} (line {}); save the file as "CSV UTF-8"',
    "第 {} 字节（第 {} 行）不是 UTF-8；请存为“CSV UTF-8”",
  ],
];
