import { takeAct } from "./acts.ts";
import { isUnresolved, proofOf, type Alarm } from "./alarm.ts";
import type { Draft } from "./draft.ts";
import { alertAgain, callMore } from "./escalate.ts";
import { ANSWERS_KEPT_MS, ANSWERS_MAX } from "./evolve-news.ts";
import type { Act, ActName, PlatformAct, Reply } from "./input.ts";
import { addHotline, newBatch, queueBatch } from "./messages.ts";

/** What a receipt of a platform says: by it the delivery is known that this platform has. */
export const hasIt = (platform: string): string => `platform ${platform} has it`;

/** How an operator of a platform is named everywhere; one that does not say is the platform. */
export const operatorOf = (platform: string, by: string | null): string =>
  by === null ? platform : `${platform} ${by}`;

/** What an operator of a city platform did with an alarm. The same message again gets the same answer, and does nothing. */
export function takePlatformAct(draft: Draft, input: PlatformAct): Reply {
  const { platform, id, act } = input;
  const alarm = draft.tables.alarms.get(input.alarm);
  if (!alarm)
    return { ok: false, code: "not-found", message: `no alarm ${input.alarm} is open, resolved or just closed` };
  const before = alarm.heard?.find((one) => one.platform === platform && one.id === id);
  if (before) return { ...replyOf(before.code, before.message, alarm), answer: before };
  const young = (alarm.heard ?? []).filter(({ at }) => draft.now - at < ANSWERS_KEPT_MS);
  if (young.length >= ANSWERS_MAX)
    return { ok: false, code: "too-many", message: `${alarm.id}: too many messages within minutes; wait`, alarm };
  const reply = act === "rejected" ? reject(draft, alarm, input) : takeAs(draft, alarm, input);
  const [code, message] = reply.ok ? [null, null] : [reply.code, reply.message];
  draft.emit({ kind: "platform-heard", alarm: alarm.id, platform, id, act, code, message, at: draft.now });
  const current = draft.tables.alarms.get(alarm.id)!;
  const answer = current.heard!.at(-1)!;
  return { ...replyOf(code, message, current), answer };
}

function replyOf(code: Extract<Reply, { ok: false }>["code"] | null, message: string | null, alarm: Alarm): Reply {
  return code === null ? { ok: true, alarm, changed: true } : { ok: false, code, message: message ?? "", alarm };
}

const ACT_OF: Readonly<Record<Exclude<PlatformAct["act"], "rejected">, ActName>> = {
  taken: "take",
  dispatched: "note",
  note: "note",
  arrived: "arrive",
  cancelled: "verify-cancel",
  closed: "resolve",
};

/** As an operator of the desk does it. */
function takeAs(draft: Draft, alarm: Alarm, input: PlatformAct): Reply {
  const { platform, by, act, version, text, outcome } = input;
  const name = operatorOf(platform, by);
  // Whoever has not seen the alarm cannot know that somebody has it.
  if (act === "taken" && version === null && alarm.owner && alarm.owner.name !== name && isUnresolved(alarm))
    return {
      ok: false,
      code: "stale",
      message: `alarm ${alarm.id} was taken by ${alarm.owner.name}: send the version that you saw to take it over`,
    };
  const done = takeAct(draft, {
    type: "act",
    act: ACT_OF[act as keyof typeof ACT_OF],
    alarm: alarm.id,
    version: version ?? alarm.version,
    by: { name, role: "operator" },
    ...(text !== null && { text }),
    ...(outcome !== null && { outcome }),
  } satisfies Act);
  if (!done.ok || act !== "taken") return done;
  changeCalls(draft, alarm.id, platform, "answered", hasIt(platform));
  if (alarm.flags.includes("rejected"))
    draft.emit({ kind: "flags-cleared", alarm: alarm.id, flags: ["rejected"], at: draft.now });
  return done;
}

/** What becomes of the hotline's calls that this platform acknowledged. */
function changeCalls(draft: Draft, id: string, platform: string, status: "answered" | "failed", detail: string): void {
  const { deliveries } = draft.tables.alarms.get(id)!;
  for (const { key, type, detail: how, status: was } of deliveries)
    if (type === "hotline" && how === hasIt(platform) && proofOf(was) > 0 && was !== status)
      draft.emit({ kind: "delivery-changed", alarm: id, key, status, sentAt: null, detail, at: draft.now });
}

/** Not theirs, or the wrong place: nobody there has it, so staff are called and the hotline is tried by another way. */
function reject(draft: Draft, alarm: Alarm, { platform, by, version, reason, text }: PlatformAct): Reply {
  const { id } = alarm;
  if (alarm.rejectedBy?.includes(platform)) return { ok: true, alarm, changed: false };
  if (!isUnresolved(alarm))
    return { ok: false, code: "not-now", message: `alarm ${id} is ${alarm.state}: nothing is left to reject` };
  if (version !== null && version !== alarm.version)
    return {
      ok: false,
      code: "stale",
      message: `alarm ${id} is at version ${alarm.version}, not ${version}: look at it and decide again`,
    };
  const name = operatorOf(platform, by);
  const { now: at } = draft;
  draft.emit({ kind: "platform-rejected", alarm: id, platform, by: name, reason: reason ?? "other", at });
  const role = "operator";
  const personal = { person: alarm.resident ?? `alarm:${id}`, data: { text: text ?? "" } };
  if (text !== null) draft.emit({ kind: "noted", alarm: id, by: name, role, personal, at });
  const why = `given back by ${platform}`;
  // Whoever gave it back has not received it: the next way is told of it as new.
  changeCalls(draft, id, platform, "failed", why);
  callMore(draft, id, "staff", null, why, "rejected");
  if (isOperatorOf(platform, alarm.owner?.name)) {
    draft.emit({ kind: "alarm-released", alarm: id, by: name, reason: why, at });
    alertAgain(draft, id, why);
  } else if (!alarm.owner) callHotlineAgain(draft, id, why);
  return { ok: true, changed: true };
}

const isOperatorOf = (platform: string, name: string | undefined): boolean =>
  name === platform || (name?.startsWith(`${platform} `) ?? false);

/** By whatever other way it has; a site without one is told so at once. */
function callHotlineAgain(draft: Draft, id: string, why: string): void {
  const alarm = draft.tables.alarms.get(id)!;
  if (alarm.stoppedLegs.includes("hotline")) return;
  const batch = newBatch(alarm);
  addHotline(draft, alarm, batch);
  queueBatch(draft, alarm, batch, why);
}
