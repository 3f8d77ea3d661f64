import { DEFAULT_POLICIES } from "./policy-defaults.ts";
import {
  DEFAULT_CHASE,
  ON_OWNER,
  POLICY_KINDS,
  TARGETS,
  type Policy,
  type PolicyKind,
  type Step,
  type Target,
} from "./policy.ts";
import { days, hours, seconds } from "./units.ts";
import {
  duration,
  flag,
  isMap,
  isWrong,
  keys,
  listOf,
  oneOf,
  orNull,
  refuse,
  refuseTwice,
  shown,
  text,
  timeWindow,
  wholeNumber,
  type Path,
  type Reader,
  type Reading,
} from "./policy-values.ts";

/** More would not be an order of calling any more; it also bounds what one alarm costs. */
const STEPS_MAX = 50;
const POLICIES_MAX = 200;
const PEOPLE_MAX = 1_000;

/** What the file's policies give over the shipped ones, or all that is wrong with it. */
export interface PoliciesRead {
  /** Every policy in force; the shipped ones while there are problems. */
  readonly policies: readonly Policy[];
  /** One line each: place, key, what is wrong, what is allowed. */
  readonly problems: readonly string[];
}

/**
 * Reads the parsed YAML of a site's policies file. Its policies replace the shipped ones of the same id; the others
 * stay in force. What a policy leaves out it takes from the shipped policy of its id, else from the shipped emergency
 * policy. `place` gives the file and line of a path, as `policies.yaml:12`.
 */
export function readPolicies(document: unknown, place: (path: Path) => string): PoliciesRead {
  const reading: Reading = { problems: [], wrongAt: [], place };
  const policies = readDocument(document, reading);
  if (reading.problems.length > 0) return { policies: DEFAULT_POLICIES, problems: reading.problems };
  const own = new Map(policies.map((policy) => [policy.id, policy]));
  const inForce = DEFAULT_POLICIES.map((shipped) => own.get(shipped.id) ?? shipped);
  inForce.push(...policies.filter(({ id }) => !shippedOf(id)));
  for (const kind of kindsWithoutPolicy(inForce))
    refuse(
      reading,
      ["policies"],
      `nothing applies to ${kind} of everybody; give a policy with appliesTo: { kinds: [${kind}] }`,
    );
  return { policies: reading.problems.length > 0 ? DEFAULT_POLICIES : inForce, problems: reading.problems };
}

/** Kinds that no policy serves for every resident and priority. */
export const kindsWithoutPolicy = (policies: readonly Policy[]): PolicyKind[] =>
  POLICY_KINDS.filter(
    (kind) =>
      !policies.some(
        ({ appliesTo: { kinds, priorities, residents } }) => kinds.includes(kind) && !priorities && !residents,
      ),
  );

const shippedOf = (id: unknown): Policy | undefined => DEFAULT_POLICIES.find((shipped) => shipped.id === id);

function readDocument(document: unknown, reading: Reading): readonly Policy[] {
  const form = "policies: [ { id: emergency, … } ]";
  if (!isMap(document)) {
    refuse(reading, [], `the file must hold ${form}, not ${shown(document)}`);
    return [];
  }
  for (const key of Object.keys(document))
    if (key !== "policies") refuse(reading, [key], "unknown key; allowed: policies");
  const list = document["policies"];
  if (!Array.isArray(list)) {
    refuse(reading, ["policies"], `must be a list of policies, as ${form}`);
    return [];
  }
  if (list.length > POLICIES_MAX) {
    refuse(reading, ["policies"], `${list.length} policies; at most ${POLICIES_MAX} are read`);
    return [];
  }
  refuseTwice(list, ["policies"], reading);
  const read = list.map((entry, index) => readPolicy(entry, ["policies", index], reading));
  return read.filter((policy) => policy !== undefined);
}

const policyId: Reader<string> = (value, at, reading) => {
  if (typeof value === "string" && /^[^\s@]{1,64}$/.test(value)) return value;
  return refuse(reading, at, `${shown(value)} is no id; must be 1 to 64 characters without blanks and @`);
};

const target: Reader<Target> = (value, at, reading) => {
  const entries = isMap(value) ? Object.entries(value) : [];
  const [first] = entries;
  if (!first) return oneOf(TARGETS)(value, at, reading);
  const [name, options] = first;
  const isBare = options === null || (isMap(options) && Object.keys(options).length === 0);
  if (entries.length === 1 && isBare) return oneOf(TARGETS)(name, at, reading);
  return refuse(reading, at, `${shown(value)}: a target is a name alone, as hotline or { hotline: {} }`);
};

const ALWAYS: Step["onlyIf"] = { noOwner: false, noArrival: false, timeWindow: null };
const EMPTY_STEP: Step = { afterMs: 0, targets: [], channels: null, onlyIf: ALWAYS, onOwner: null, optional: false };

const step: Reader<Step> = keys(
  EMPTY_STEP,
  {
    after: ["afterMs", duration(0, days(1))],
    targets: ["targets", listOf(target, `targets: ${TARGETS.join(", ")}`)],
    channels: ["channels", orNull(listOf(text, "names of channels"))],
    onlyIf: [
      "onlyIf",
      keys(ALWAYS, {
        noOwner: ["noOwner", flag],
        noArrival: ["noArrival", flag],
        timeWindow: ["timeWindow", orNull(timeWindow)],
      }),
    ],
    onOwner: ["onOwner", orNull(oneOf(ON_OWNER))],
    optional: ["optional", flag],
  },
  ["after", "targets"],
);

const policyOver = (base: Policy): Reader<Policy> =>
  keys(
    base,
    {
      id: ["id", policyId],
      version: ["version", wholeNumber(1, 1_000_000)],
      name: ["name", text],
      appliesTo: [
        "appliesTo",
        keys(base.appliesTo, {
          kinds: ["kinds", listOf(oneOf(POLICY_KINDS), `kinds: ${POLICY_KINDS.join(", ")}`)],
          priorities: ["priorities", orNull(listOf(wholeNumber(1, 5), "priorities from 1 to 5"))],
          residents: ["residents", orNull(listOf(text, "ids of residents"))],
        }),
      ],
      priority: ["priority", wholeNumber(1, 5)],
      steps: ["steps", listOf(step, "steps, as { after: 45s, targets: [volunteers] }")],
      repeatFromStep: ["repeatFromStep", wholeNumber(0, STEPS_MAX - 1)],
      repeatEvery: ["repeatEveryMs", duration(seconds(1), days(7))],
      ackTimeout: ["ackTimeoutMs", duration(seconds(1), days(1))],
      arriveBy: ["arriveByMs", duration(seconds(1), days(1))],
      resolveReminder: ["resolveReminderMs", duration(seconds(1), days(30))],
      presses: [
        "presses",
        keys(base.presses, {
          mergeWhileOpen: ["mergeWhileOpen", flag],
          bumpAgainAfter: ["bumpAgainAfterMs", duration(0, days(1))],
        }),
      ],
      cancel: ["cancel", keys(base.cancel, { verifyWithin: ["verifyWithinMs", duration(seconds(1), hours(1))] })],
      deadEnd: ["deadEnd", keys(base.deadEnd, { siren: ["siren", flag], dutyPhone: ["dutyPhone", orNull(text)] })],
      chase: [
        "chase",
        keys(base.chase ?? DEFAULT_CHASE, {
          notDelivered: ["notDeliveredMs", orNull(duration(seconds(1), hours(1)))],
          notSeen: ["notSeenMs", orNull(duration(seconds(1), hours(1)))],
          noReply: ["noReplyMs", orNull(duration(seconds(1), hours(1)))],
        }),
      ],
      pool: [
        "pool",
        keys(base.pool, {
          first: ["first", wholeNumber(1, PEOPLE_MAX)],
          need: ["need", wholeNumber(1, PEOPLE_MAX)],
          widenBy: ["widenBy", wholeNumber(1, PEOPLE_MAX)],
          maxOffers: ["maxOffers", wholeNumber(1, PEOPLE_MAX)],
          replaceOnDecline: ["replaceOnDecline", flag],
          widenAfter: ["widenAfterMs", orNull(duration(seconds(1), hours(1)))],
          radius: ["radiusM", orNull(wholeNumber(1, 100_000))],
          quietHours: ["quietHours", orNull(timeWindow)],
          minRest: ["minRestMs", duration(0, days(7))],
        }),
      ],
    },
    ["id"],
  );

const EMERGENCY = shippedOf("emergency")!;

function readPolicy(value: unknown, at: Path, reading: Reading): Policy | undefined {
  const id = isMap(value) ? value["id"] : undefined;
  const shipped = shippedOf(id);
  const base = shipped ?? { ...EMERGENCY, name: String(id) };
  const given = isMap(value) ? value : {};
  const read = policyOver(base)(value, at, reading);
  if (!read) return undefined;
  // Every shipped list repeats from its last step; so does a list of the site's own that does not say.
  const isOwnList = Object.hasOwn(given, "steps") && !Object.hasOwn(given, "repeatFromStep");
  const policy = isOwnList ? { ...read, repeatFromStep: read.steps.length - 1 } : read;
  if (!isWrong(reading, [...at, "steps"])) refuseSteps(policy, at, reading);
  if (!isWrong(reading, [...at, "pool"])) refusePool(policy, at, reading);
  return policy;
}

function refuseSteps({ steps, repeatFromStep, appliesTo }: Policy, at: Path, reading: Reading): void {
  if (steps.length > STEPS_MAX)
    refuse(reading, [...at, "steps"], `${steps.length} steps; at most ${STEPS_MAX} are read`);
  if (repeatFromStep >= steps.length) {
    const wrong = `${repeatFromStep} is outside the list; steps count from 0, so 0 to ${steps.length - 1} are allowed`;
    refuse(reading, [...at, "repeatFromStep"], wrong);
  }
  for (const [index, { afterMs, targets, onOwner }] of steps.entries()) {
    const here = [...at, "steps", index];
    if (index > 0 && afterMs < steps[index - 1]!.afterMs)
      refuse(reading, [...here, "after"], "is earlier than the step before; steps stand in the order of their times");
    const others = targets.filter((name) => name === "volunteers" || name === "family" || name === "hotline");
    if (onOwner === "stopAll" && others.length > 0) {
      const wrong = `stopAll is for steps that call staffOnDuty, desk and siren only, not ${others.join(", ")}; allowed here: stopThisLeg, continue`;
      refuse(reading, [...here, "onOwner"], wrong);
    }
    const quiet = appliesTo.kinds.filter((kind) => kind === "unverified" || kind === "test");
    if (quiet.length > 0 && targets.includes("volunteers"))
      refuse(reading, [...here, "targets"], `${quiet.join(", ")}: never goes to volunteers; leave volunteers out`);
  }
}

function refusePool({ pool }: Policy, at: Path, reading: Reading): void {
  if (pool.need > pool.first) {
    const wrong = `need ${pool.need} is more than first ${pool.first}; ask at least as many people as must accept`;
    refuse(reading, [...at, "pool"], wrong);
  }
  if (pool.first > pool.maxOffers)
    refuse(reading, [...at, "pool"], `first ${pool.first} is more than maxOffers ${pool.maxOffers}`);
}
