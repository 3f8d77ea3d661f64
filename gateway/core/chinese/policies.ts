import type { Wording } from "./wording.ts";

/** The policies' file and what `okc policy check` finds. */
export const POLICIES: readonly Wording[] = [
  [
    "nothing applies to {} of everybody; give a policy with appliesTo: { kinds: [{}] }",
    "没有适用于所有人的 {} 策略；请给出 appliesTo: { kinds: [{}] } 的策略",
  ],
  ["the file must hold {}, not {}", "文件应为 {}，而不是 {}"],
  ["must be a list of policies, as {}", "应为策略列表，如 {}"],
  ["{} policies; at most {} are read", "{} 个策略；最多读取 {} 个"],
  ["{} stands in the file twice; keep one", "{} 在文件中出现两次；请只留一个"],
  ["{} is no id; must be 1 to 64 characters without blanks and @", "{} 不是编号；应为 1 至 64 个字符，不含空格与 @"],
  ["{}: a target is a name alone, as hotline or { hotline: {} }", "{}：目标只写名称，如 hotline"],
  ["{} steps; at most {} are read", "{} 个步骤；最多读取 {} 个"],
  ["{} is outside the list; steps count from 0, so 0 to {} are allowed", "{} 超出列表；步骤从 0 数起，允许 0 至 {}"],
  ["is earlier than the step before; steps stand in the order of their times", "早于上一步骤；步骤须按时间先后排列"],
  [
    "stopAll is for steps that call staffOnDuty, desk and siren only, not {}; allowed here: stopThisLeg, continue",
    "stopAll 只用于呼叫 staffOnDuty、desk 与 siren 的步骤，不能用于 {}；此处允许：stopThisLeg、continue",
  ],
  ["{}: never goes to volunteers; leave volunteers out", "{}：从不通知志愿者；请去掉 volunteers"],
  [
    "need {} is more than first {}; ask at least as many people as must accept",
    "need {} 大于 first {}；至少要问到所需人数",
  ],
  ["first {} is more than maxOffers {}", "first {} 大于 maxOffers {}"],
  ["must have keys of its own, not {}; allowed: {}", "应有下级键，而不是 {}；允许：{}"],
  ["must be a list of {}, not {}", "应为{}的列表，而不是 {}"],
  ["is empty; must be a list of {}", "为空；应为{}的列表"],
  ["must stand in quotes, or leading zeros are lost, not {}", "必须加引号，否则开头的零会丢失，而不是 {}"],
  ["must be text, not {}", "应为文字，而不是 {}"],
  ["{} is not known; allowed: {}", "{} 未知；允许：{}"],
  [
    '{} is no time window; must be two different times of the day as "08:00-20:00"; leave it out for the whole day',
    '{} 不是时段；应为一天中两个不同的时刻，如 "08:00-20:00"；全天则不写',
  ],
  [
    "no policy applies to {} of everybody; add one with appliesTo: { kinds: [{}] }",
    "没有适用于所有人的 {} 策略；请添加 appliesTo: { kinds: [{}] } 的策略",
  ],
  [
    "nobody can be reached: no hotline, no siren, and no responder with a contact on a configured channel; configure hotline or siren, or import responders and contacts",
    "谁也联系不到：没有热线、没有警笛，也没有响应人在已配置的渠道上有联系方式；请配置 hotline 或 siren，或导入响应人与联系方式",
  ],
  ["{} (called by {})", "{}（由 {} 呼叫）"],
  ["{}: no receiver is configured under hotline; {}", "{}：hotline 下没有配置接警机；{}"],
  [
    "{}: no command is configured under siren; the alarm is flagged degraded and staff are asked instead",
    "{}：siren 下没有配置命令；警情标为降级，改为通知社区人员",
  ],
  [
    "{}: no {} is imported; the alarm is flagged nobody-to-ask and the next step runs",
    "{}：没有导入{}；警情标为无人可派，并立即执行下一步骤",
  ],
  ["{}: no {} has a contact on a configured channel; {}", "{}：没有{}在已配置的渠道上有联系方式；{}"],
  ["volunteer", "志愿者"],
  ["family member", "家属"],
  ["staff member or operator", "社区人员或接线员"],
  ["the alarm is flagged degraded and {}", "警情标为降级，{}"],
  ["staff are asked and the siren sounds instead", "改为通知社区人员并拉响警笛"],
  ["staff are asked instead", "改为通知社区人员"],
  [
    "channel {} (asked for by {}) is not configured; people are asked by their other contacts and the alarm is flagged degraded; configured: {}",
    "渠道 {}（由 {} 要求）没有配置；改用其他联系方式，警情标为降级；已配置：{}",
  ],
  [
    "{}: deadEnd.dutyPhone is not called, because no entry of volunteers has channel: voice; the siren sounds where deadEnd.siren is true",
    "{}：不会拨打 deadEnd.dutyPhone，因为 volunteers 下没有 channel: voice；deadEnd.siren 为 true 时拉响警笛",
  ],
  [
    "{}: during {} no step calls {}; an alarm of these hours waits at the desk",
    "{}：{} 没有步骤呼叫{}；此时段的警情在值班台等候",
  ],
  ["staff", "社区人员"],
  ["anybody", "任何人"],
  ["{}: no resident {}; import them or take them out of appliesTo", "{}：没有居民 {}；请导入，或从 appliesTo 中去掉"],
  [
    "{} never applies: {} comes first for the same alarms; give it that id, or narrow its appliesTo",
    "{} 永远不会生效：同样的警情先用 {}；请改用那个编号，或收窄 appliesTo",
  ],
];
