import { takeOver } from "./acts.ts";
import { alarmOfKey, isUnresolved } from "./alarm.ts";
import type { Draft } from "./draft.ts";
import type { Input, Reply } from "./input.ts";
import { updateSaying } from "./saying.ts";

/** Who a key pressed at the duty phone is: the number is a place's, and nobody's own. */
const DUTY_PHONE_NAME = "值班电话 duty phone";

/** A key at the duty phone: whoever sits there has the alarm. Null: it answers no call of that kind. */
export function takeAtDutyPhone(draft: Draft, { key, said }: Extract<Input, { type: "channel-answer" }>): Reply | null {
  const alarm = key === null ? undefined : draft.tables.alarms.get(alarmOfKey(key));
  const delivery = alarm?.deliveries.find((one) => one.key === key);
  if (!alarm || delivery?.type !== "duty-phone" || said !== "accept") return null;
  if (alarm.owner || !isUnresolved(alarm))
    return {
      ok: false,
      code: "not-now",
      message: `alarm ${alarm.id} has somebody`,
      words: ["已有人处理", "It is taken"],
    };
  takeOver(draft, alarm, { by: { name: DUTY_PHONE_NAME, role: "staff" } });
  updateSaying(draft, alarm.id);
  return { ok: true, alarm: draft.tables.alarms.get(alarm.id)!, changed: true, words: ["已接警", "You have taken it"] };
}
