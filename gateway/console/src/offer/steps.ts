import type { Answer } from "../../../core/kinds.ts";
import type { Word } from "../../../core/words.ts";
import type { Call } from "./gateway.ts";
import { ANSWERS, NOT_COME, STANDINGS, STILL_COME, WITHDRAWN, WORDS } from "./words.ts";

export interface Step {
  readonly answer: Exclude<Answer, "seen">;
  readonly label: Word;
}

const step = (answer: Step["answer"], label: Word = ANSWERS[answer]): Step => ({ answer, label });

/** What the person can do next, the likeliest first. */
export function stepsOf({ offer, alarm }: Call): readonly Step[] {
  if (alarm.state === "closed") return [];
  if (alarm.state === "resolved") return offer.state === "arrived" ? [step("done")] : [];
  switch (offer.state) {
    case "queued":
    case "sent":
    case "delivered":
    case "seen":
      return [step("accept"), step("decline")];
    case "accepted":
      return [step("enroute"), step("arrive"), step("decline", NOT_COME)];
    case "enroute":
      return [step("arrive"), step("decline", NOT_COME)];
    case "arrived":
      return [step("done")];
    case "declined":
      return [step("accept", STILL_COME)];
    case "expired":
      return [step("accept", STILL_COME), step("arrive")];
    case "withdrawn":
    case "left":
      return [];
  }
}

export const isUnseen = ({ offer }: Call): boolean => ["queued", "sent", "delivered"].includes(offer.state);

/** Where the person stands, in one sentence. */
export function standingOf({ offer, alarm, withdrawn }: Call): { readonly text: Word; readonly by: string } {
  if (alarm.state === "resolved" || alarm.state === "closed") {
    const stays = alarm.state === "resolved" && offer.state === "arrived";
    return { text: stays ? WORDS.resolvedStay : WORDS.resolved, by: alarm.resolvedBy ?? "" };
  }
  const reason = withdrawn && WITHDRAWN[withdrawn.what];
  if (reason) return { text: reason, by: withdrawn.by };
  const isAsked = isUnseen({ offer } as Call) || offer.state === "seen";
  return { text: STANDINGS[isAsked ? "asked" : offer.state]!, by: "" };
}
