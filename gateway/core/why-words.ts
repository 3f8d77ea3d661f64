import type { OfferWhy } from "./ranking.ts";
import type { Place } from "./walk.ts";

const PLACE_WORDS: Readonly<Record<Exclude<Place, "other-building">, { readonly zh: string; readonly en: string }>> = {
  "same-home": { zh: "同一户", en: "same home" },
  "same-unit": { zh: "同楼同单元", en: "same building, same entrance" },
  "same-building": { zh: "同楼", en: "same building" },
  unknown: { zh: "距离未知", en: "distance not known" },
};

const ORDINALS = ["first", "second", "third"];

/** Why somebody was asked when they were: `asked first: same building, came 4 of 5`. */
export function whyInWords(why: OfferWhy): { readonly zh: string; readonly en: string } {
  const parts = [placeOf(why), floorsOf(why), recordOf(why), ...loadOf(why)].filter((part) => part !== null);
  const en = parts.map((part) => part.en).join(", ");
  const zh = parts.map((part) => part.zh).join("，");
  return { zh: `第 ${why.turn} 个询问：${zh}`, en: `asked ${ORDINALS[why.turn - 1] ?? `as no. ${why.turn}`}: ${en}` };
}

const placeOf = ({ place, metres }: OfferWhy) =>
  place === "other-building" ? { zh: `步行约 ${metres} 米`, en: `about ${metres} m on foot` } : PLACE_WORDS[place];

function floorsOf({ place, floorsApart }: OfferWhy) {
  if (floorsApart === null || place === "same-home") return null;
  if (floorsApart === 0) return { zh: "同层", en: "same floor" };
  return { zh: `隔 ${floorsApart} 层`, en: floorsApart === 1 ? "1 floor apart" : `${floorsApart} floors apart` };
}

const recordOf = ({ came, times }: OfferWhy) =>
  times === 0
    ? { zh: "尚无记录", en: "no record yet" }
    : { zh: `${times} 次来了 ${came} 次`, en: `came ${came} of ${times}` };

const loadOf = ({ askedLately, busy, quiet, resting, beyondRadius, onDuty }: OfferWhy) => [
  ...(onDuty === undefined ? [] : [onDuty === 1 ? { zh: "值班", en: "on duty" } : { zh: "备勤", en: "standing by" }]),
  ...(beyondRadius ? [{ zh: "在半径之外", en: "beyond the radius" }] : []),
  ...(quiet ? [{ zh: "安静时段", en: "in their quiet hours" }] : []),
  ...(resting ? [{ zh: "休息未满", en: "not rested yet" }] : []),
  ...(askedLately ? [{ zh: "两小时内已被问过", en: "asked for another alarm within two hours" }] : []),
  ...(busy ? [{ zh: "正在处理另一警情", en: "busy with another alarm" }] : []),
];
