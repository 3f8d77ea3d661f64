import { DEFAULT_CHASE, POOL_SINCE, type Policy, type Pool, type Step, type Target } from "./policy.ts";
import { hours, minutes, seconds, type DurationMs } from "./units.ts";

const always = { noOwner: false, noArrival: false, timeWindow: null };
const step = (afterMs: DurationMs, ...targets: Target[]): Step => ({
  afterMs,
  targets,
  channels: null,
  onlyIf: always,
  onOwner: null,
  optional: false,
});
const daytime = { fromMin: 8 * 60, toMin: 20 * 60 };
const pool: Pool = { first: 3, need: 1, widenBy: 2, maxOffers: 20, replaceOnDecline: true, ...POOL_SINCE };

const shared = {
  version: 1,
  repeatEveryMs: minutes(5),
  ackTimeoutMs: minutes(5),
  arriveByMs: minutes(10),
  resolveReminderMs: hours(24),
  presses: { mergeWhileOpen: true, bumpAgainAfterMs: minutes(2) },
  cancel: { verifyWithinMs: minutes(2) },
  deadEnd: { siren: true, dutyPhone: null },
  pool,
  chase: DEFAULT_CHASE,
};

const helpSteps: readonly Step[] = [
  step(0, "hotline", "volunteers", "desk"),
  step(seconds(45), "volunteers"),
  step(seconds(60), "family"),
  { ...step(seconds(120), "staffOnDuty"), channels: ["voice"] },
  step(seconds(300), "hotline", "volunteers", "family", "staffOnDuty", "siren", "desk"),
];

const forKinds = (...kinds: Policy["appliesTo"]["kinds"][number][]): Policy["appliesTo"] => ({
  kinds,
  priorities: null,
  residents: null,
});

/** What could not be read of a damaged journal: staff check with residents, and the hotline knows that something is missing. */
export const LOST_ROWS_POLICY: Policy = {
  ...shared,
  id: "rows-lost",
  name: "日志缺失",
  appliesTo: { kinds: [], priorities: null, residents: null },
  priority: 2,
  steps: [step(0, "hotline", "staffOnDuty", "desk"), step(minutes(5), "staffOnDuty", "desk")],
  repeatFromStep: 1,
};

/** The policies of a site that states none of its own. A site's file replaces them one by one, by id. */
export const DEFAULT_POLICIES: readonly Policy[] = [
  {
    ...shared,
    id: "emergency",
    name: "紧急呼叫",
    appliesTo: forKinds("emergency"),
    priority: 1,
    steps: helpSteps,
    repeatFromStep: 4,
  },
  {
    ...shared,
    id: "fall",
    name: "跌倒",
    appliesTo: forKinds("fall"),
    priority: 1,
    steps: helpSteps,
    repeatFromStep: 4,
  },
  {
    ...shared,
    id: "inactivity",
    name: "长时间无活动",
    appliesTo: forKinds("inactivity"),
    priority: 2,
    steps: [
      step(0, "hotline", "desk"),
      step(seconds(60), "family", "staffOnDuty"),
      step(minutes(5), "volunteers", "staffOnDuty", "desk"),
      step(minutes(10), "hotline", "volunteers", "family", "staffOnDuty", "siren", "desk"),
    ],
    repeatFromStep: 3,
  },
  {
    ...shared,
    id: "service",
    name: "生活服务",
    appliesTo: forKinds("service"),
    priority: 3,
    steps: [
      step(0, "desk"),
      { ...step(0, "staffOnDuty"), onlyIf: { ...always, timeWindow: daytime } },
      { ...step(minutes(15), "staffOnDuty", "desk"), onlyIf: { ...always, timeWindow: daytime } },
    ],
    repeatFromStep: 2,
    repeatEveryMs: minutes(30),
    ackTimeoutMs: minutes(30),
    deadEnd: { siren: false, dutyPhone: null },
  },
  {
    ...shared,
    id: "unverified",
    name: "未证实的呼叫",
    appliesTo: forKinds("unverified"),
    priority: 2,
    steps: [step(0, "staffOnDuty", "desk"), step(minutes(5), "staffOnDuty", "desk")],
    repeatFromStep: 1,
  },
  {
    ...shared,
    id: "technical",
    name: "技术故障",
    appliesTo: forKinds("technical"),
    priority: 4,
    steps: [step(0, "desk")],
    repeatFromStep: 0,
    repeatEveryMs: hours(24),
    deadEnd: { siren: false, dutyPhone: null },
  },
  {
    ...shared,
    id: "test",
    name: "测试",
    appliesTo: forKinds("test"),
    priority: 5,
    steps: [step(0, "hotline", "desk")],
    repeatFromStep: 0,
    deadEnd: { siren: false, dutyPhone: null },
  },
];
