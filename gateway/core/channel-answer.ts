import { alarmOfKey } from "./alarm.ts";
import { takeAnswer } from "./answers.ts";
import type { Draft } from "./draft.ts";
import type { Input, Reply } from "./input.ts";

/** What a person said on a channel's own way: a key of the telephone during the call of one delivery. */
export function takeChannelAnswer(draft: Draft, input: Extract<Input, { type: "channel-answer" }>): Reply {
  const { channel, key, said } = input;
  const alarm = key === null ? undefined : draft.tables.alarms.get(alarmOfKey(key));
  const delivery = alarm?.deliveries.find((one) => one.key === key && one.channel === channel);
  const offer = alarm?.offers.find(({ id }) => id === delivery?.offer);
  if (!delivery || !offer || typeof said !== "string")
    return { ok: false, code: "not-found", message: `no offer of channel ${channel} is answered by this` };
  const reply = takeAnswer(draft, { type: "answer", offer: offer.id, version: offer.version, answer: said });
  if (reply.ok) {
    const { key: of, sentAt } = delivery;
    const at = draft.now;
    draft.emit({ kind: "delivery-changed", alarm: alarm!.id, key: of, status: "answered", sentAt, detail: null, at });
  }
  return reply;
}
