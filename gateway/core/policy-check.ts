import { phoneChannelOf } from "./duty-phone.ts";
import type { Responder } from "./directory.ts";
import type { Facilities } from "./events.ts";
import type { ResponderRole } from "./kinds.ts";
import { kindsWithoutPolicy } from "./policy-file.ts";
import { choosePolicy, type Policy, type Step, type Target } from "./policy.ts";
import { clockTime } from "./policy-values.ts";
import { canReach } from "./reach.ts";
import { failedContacts } from "./contact-tests.ts";
import type { Tables } from "./state.ts";
import { namesOf } from "./watch.ts";
import { isWithin } from "./time-window.ts";

export interface PolicyFindings {
  /** Alarms would reach nobody. */
  readonly problems: readonly string[];
  /** Something a policy names is not there; each line says what happens instead. */
  readonly warnings: readonly string[];
}

/** Compares the policies with the people, channels and receivers that this site has. Each finding is one line. */
export function checkPolicies(policies: readonly Policy[], tables: Tables, facilities: Facilities): PolicyFindings {
  const site = { tables, facilities };
  const problems = kindsWithoutPolicy(policies).map(
    (kind) => `no policy applies to ${kind} of everybody; add one with appliesTo: { kinds: [${kind}] }`,
  );
  if (reachesNobody(site))
    problems.push(
      "nobody can be reached: no hotline, no siren, and no responder with a contact on a configured channel; configure hotline or siren, or import responders and contacts",
    );
  const warnings = [
    ...targetWarnings(policies, site),
    ...channelWarnings(policies, facilities),
    ...contactWarnings(tables),
    ...(phoneChannelOf(facilities) === null
      ? policies.filter(({ deadEnd }) => deadEnd.dutyPhone !== null).map(dutyPhoneWarning)
      : []),
    ...policies.flatMap(hourWarnings),
    ...policies.flatMap((policy) => scopeWarnings(policies, policy, tables)),
  ];
  return { problems, warnings };
}

interface SiteFacts {
  readonly tables: Tables;
  readonly facilities: Facilities;
}

const isReachable = ({ tables, facilities }: SiteFacts, { id }: Responder): boolean => canReach(tables, facilities, id);

function peopleWith({ tables }: SiteFacts, ...roles: ResponderRole[]): Responder[] {
  return [...tables.responders.values()].filter(({ role }) => roles.includes(role));
}

function reachesNobody(site: SiteFacts): boolean {
  const { hotline, siren } = site.facilities;
  return !hotline && !siren && ![...site.tables.responders.values()].some((one) => isReachable(site, one));
}

const PEOPLE: Readonly<Partial<Record<Target, { readonly word: string; readonly roles: readonly ResponderRole[] }>>> = {
  volunteers: { word: "volunteer", roles: ["volunteer"] },
  family: { word: "family member", roles: ["family"] },
  staffOnDuty: { word: "staff member or operator", roles: ["staff", "operator"] },
};

/** One line for each target that nobody stands behind, naming the policies that call it. */
function targetWarnings(policies: readonly Policy[], site: SiteFacts): string[] {
  const warnings: string[] = [];
  const instead = site.facilities.siren ? "staff are asked and the siren sounds instead" : "staff are asked instead";
  const degraded = `the alarm is flagged degraded and ${instead}`;
  for (const target of ["hotline", "volunteers", "family", "staffOnDuty", "siren"] as const) {
    const callers = policies.filter(({ steps }) =>
      steps.some((step) => step.targets.includes(target) && !step.optional),
    );
    if (callers.length === 0) continue;
    const named = `${target} (called by ${callers.map(({ id }) => id).join(", ")})`;
    const people = PEOPLE[target];
    if (target === "hotline" && !site.facilities.hotline)
      warnings.push(`${named}: no receiver is configured under hotline; ${degraded}`);
    if (target === "siren" && !site.facilities.siren)
      warnings.push(
        `${named}: no command is configured under siren; the alarm is flagged degraded and staff are asked instead`,
      );
    if (!people) continue;
    const responders = peopleWith(site, ...people.roles);
    if (responders.length === 0)
      warnings.push(
        `${named}: no ${people.word} is imported; the alarm is flagged nobody-to-ask and the next step runs`,
      );
    else if (!responders.some((one) => isReachable(site, one)))
      warnings.push(`${named}: no ${people.word} has a contact on a configured channel; ${degraded}`);
  }
  return warnings;
}

/** Whoever failed their last test is tried by their other contacts first. */
function contactWarnings(tables: Tables): string[] {
  const failed = failedContacts(tables);
  if (failed.length === 0) return [];
  return [`did not answer their last test: ${namesOf(failed)}; other contacts of theirs are tried first`];
}

/** Channels that steps ask for and the site does not have. */
function channelWarnings(policies: readonly Policy[], { channels }: Facilities): string[] {
  const callers = new Map<string, string[]>();
  for (const { id, steps } of policies)
    for (const step of steps)
      for (const channel of step.channels ?? []) {
        if (channels.includes(channel)) continue;
        const known = callers.get(channel) ?? [];
        if (!known.includes(id)) known.push(id);
        callers.set(channel, known);
      }
  const present = channels.length > 0 ? channels.join(", ") : "none";
  return [...callers].map(
    ([channel, ids]) =>
      `channel ${channel} (asked for by ${ids.join(", ")}) is not configured; people are asked by their other contacts and the alarm is flagged degraded; configured: ${present}`,
  );
}

const dutyPhoneWarning = ({ id }: Policy): string =>
  `${id}: deadEnd.dutyPhone is not called, because no entry of volunteers has channel: voice; the siren sounds where deadEnd.siren is true`;

const DAY_MIN = 24 * 60;

/** Hours in which the policy's staff steps, or without any those to other people, all stay out. */
function hourWarnings(policy: Policy): string[] {
  if (!policy.steps.some(({ onlyIf }) => onlyIf.timeWindow)) return [];
  const toStaff = policy.steps.filter(({ targets }) => targets.includes("staffOnDuty"));
  const toOthers = policy.steps.filter(({ targets }) =>
    targets.some((target) => target !== "desk" && target !== "siren"),
  );
  const who = toStaff.length > 0 ? "staff" : "anybody";
  const gaps = uncoveredHours(toStaff.length > 0 ? toStaff : toOthers);
  if (gaps.length === 0) return [];
  const hours = gaps.map(([from, to]) => `${clockTime(from)}–${clockTime(to)}`).join(", ");
  return [`${policy.id}: during ${hours} no step calls ${who}; an alarm of these hours waits at the desk`];
}

/** The stretches of the day that no step's window covers, over midnight in one piece. Minutes since 00:00. */
function uncoveredHours(steps: readonly Step[]): (readonly [number, number])[] {
  const covered = (minute: number): boolean =>
    steps.some(({ onlyIf: { timeWindow } }) => timeWindow === null || isWithin(timeWindow, minute % DAY_MIN));
  const gaps: (readonly [number, number])[] = [];
  const starts = [...Array(DAY_MIN).keys()].filter(
    (minute) => !covered(minute) && covered(minute === 0 ? DAY_MIN - 1 : minute - 1),
  );
  for (const from of starts) {
    let to = from;
    while (!covered(to)) to++;
    gaps.push([from, to % DAY_MIN]);
  }
  const never = starts.length === 0 && !covered(0);
  return never ? [[0, DAY_MIN]] : gaps;
}

/** A policy for people who are not there, or one that another always comes before. */
function scopeWarnings(policies: readonly Policy[], policy: Policy, tables: Tables): string[] {
  const { kinds, priorities, residents } = policy.appliesTo;
  const unknown = (residents ?? []).filter((id) => !tables.residents.get(id));
  const warnings: string[] = [];
  if (unknown.length > 0)
    warnings.push(`${policy.id}: no resident ${unknown.join(", ")}; import them or take them out of appliesTo`);
  const winners = kinds.flatMap((kind) =>
    (residents ?? [null]).flatMap((resident) =>
      (priorities ?? [null]).map((priority) => choosePolicy(policies, kind, resident, priority)),
    ),
  );
  if (winners.includes(policy)) return warnings;
  const before = [...new Set(winners.map((winner) => winner?.id))].join(", ");
  warnings.push(
    `${policy.id} never applies: ${before} comes first for the same alarms; give it that id, or narrow its appliesTo`,
  );
  return warnings;
}
