import type { Wording } from "./wording.ts";

/** The duty file, who is on duty, and when nobody is. */
export const DUTY: readonly Wording[] = [
  ["correct policies.yaml or the duty file", "请改正 policies.yaml 或值班文件"],
  ["the policies' or the duty file was changed", "策略文件或值班文件已改动"],
  ["duty knows {}, not {}", "duty 只有 {}，没有 {}"],
  [
    "no duty file is named in okc.yaml: everybody of the staff is on duty",
    "okc.yaml 没有写值班文件：全体社区人员都算值班",
  ],
  [
    "the clock cannot be trusted: the roster does not hold, everybody is called",
    "时钟不可信：值班表暂不生效，通知所有人",
  ],
  ["which rota is meant? allowed: {}", "是哪张值班表？允许：{}"],
  ["no rota {}; allowed: {}", "没有值班表 {}；允许：{}"],
  ["no change {} of the roster; okc duty lists those made by people", "没有值班改动 {}；okc duty 列出人工改动"],
  [
    "no duty file is in force: name one in okc.yaml, as duty: ./duty.yaml",
    "没有生效的值班文件：请在 okc.yaml 中写明，如 duty: ./duty.yaml",
  ],
  [
    "{} changes of the roster are open: end some, or put them into the duty file",
    "已有 {} 项值班改动未结束：请撤销一些，或写入值班文件",
  ],
  ["the end of a duty must come after its beginning", "值班的结束必须晚于开始"],
  ["this time is over already: nothing would change", "此时段已过：不会有任何改变"],
  ["no responder {} is known; okc responders lists them", "没有响应人 {}；okc responders 列出所有响应人"],
  ["{}: nobody is on duty during [{}]: all staff are called instead", "{}：{} 无人值班：改为通知全体社区人员"],
  ["{}: nobody is on duty during [{}]: such an alarm waits at the desk", "{}：{} 无人值班：此类警情在值班台等候"],
  [
    "{}: nobody would be called during [{}], for nobody is on duty and no other step reaches anybody: all staff are called instead",
    "{}：{} 将无人被通知，因为无人值班，其他步骤也找不到人：改为通知全体社区人员",
  ],
  [
    "{}: nobody would be called during [{}], for nobody is on duty and no other step reaches anybody: such an alarm waits at the desk",
    "{}：{} 将无人被通知，因为无人值班，其他步骤也找不到人：此类警情在值班台等候",
  ],
  [
    "put somebody on duty then: `okc duty override`, or correct the duty file; `okc duty gaps` has all gaps",
    "安排人值班：`okc duty override`，或改正值班文件；`okc duty gaps` 列出所有空缺",
  ],
  ["every day {}", "每天 {}"],
  ["Monday {}", "星期一 {}"],
  ["Tuesday {}", "星期二 {}"],
  ["Wednesday {}", "星期三 {}"],
  ["Thursday {}", "星期四 {}"],
  ["Friday {}", "星期五 {}"],
  ["Saturday {}", "星期六 {}"],
  ["Sunday {}", "星期日 {}"],
  ["{} further times", "另有 {} 段"],
  ["rota {}: no responder {} is imported; nobody can call them", "值班表 {}：没有导入响应人 {}；无法通知"],
  [
    "rota {}: {} cannot be reached: no contact on a configured channel, or its last test failed",
    "值班表 {}：联系不到 {}：没有已配置渠道上的联系方式，或上次测试未通过",
  ],
  ["rota {}: {} are not {} and are not called by it", "值班表 {}：{} 不是 {}，不会由它通知"],
  [
    "rota {}: no resident lives in {}; buildings are spelt as in residents",
    "值班表 {}：没有居民住在 {}；楼栋写法须与居民表一致",
  ],
  [
    "key_holder {} is not known yet: import responders too, or nobody is asked to fetch the key",
    "持钥人 {} 尚未导入：请同时导入响应人，否则不会请人去取钥匙",
  ],
  [
    'quiet "{}" is no time window, as 22:00-07:00; empty: the policy\'s',
    "quiet“{}”不是时段，应如 22:00-07:00；留空则按策略",
  ],
  ['min_rest "{}" is not {}; empty: the policy\'s', "min_rest“{}”不是 {}；留空则按策略"],
  ["{} rotas; at most {} are read", "{} 张值班表；最多读取 {}"],
  ["{} entries; at most {} are read", "{} 项；最多读取 {}"],
  ["is before from, {}", "早于 from（{}）"],
  ["is not after from", "不晚于 from"],
  ["{} is the name of a kind of days; take another", "{} 是一类日子的名称；请换一个"],
  ["{} is no id of a responder", "{} 不是响应人编号"],
  ["{} is no date; must be as 2026-10-01", "{} 不是日期；应如 2026-10-01"],
  ['{} is no time of the day; must be as "18:00"', '{} 不是一天中的时刻；应如 "18:00"'],
  [
    "{} is no id; must be 1 to 64 characters without blanks and commas",
    "{} 不是编号；应为 1 至 64 个字符，不含空格与逗号",
  ],
  ["belongs to people who take turns; give rotate too: daily or weekly", "用于轮班；请同时写 rotate：daily 或 weekly"],
  ["is missing: the day of the first turn, as 2026-11-02", "缺少：第一轮开始的日期，如 2026-11-02"],
  ["does not go with hours: the hand-over is when they begin", "不能与 hours 同用：交接即在时段开始时"],
  ["{} is more than the {} people of this layer", "{} 大于本层的 {} 人"],
];
