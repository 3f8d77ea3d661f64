import { isAwaiting, isOnTheWay, isUnresolved, type Alarm, type Offer } from "./alarm.ts";
import { reasonParts, REASON_WORDS } from "./by-whom.ts";
import type { Answer } from "./kinds.ts";
import type { Tables } from "./state.ts";
import { KIND_WORDS, type Word } from "./words.ts";

/** An offer with its alarm. */
export interface OpenOffer {
  readonly alarm: Alarm;
  readonly offer: Offer;
}

/** Past it a text names no more open calls; the others are on the page. */
const LISTED_MAX = 3;

/** Whose home: kind, name and house, as the offer itself said. */
function homeOf(tables: Tables, { alarm }: OpenOffer): Word {
  const resident = alarm.resident === null ? undefined : tables.residents.get(alarm.resident);
  const [kind, english] = KIND_WORDS[alarm.kind];
  if (!resident) return [kind, english];
  const { name, building, unit, room } = resident;
  const house = [building, unit, room].filter((part) => part !== "").join(" ");
  const place = [name, house].filter((part) => part !== "");
  return [place.join("，"), place.join(", ")];
}

const codeOf = ({ code }: Offer): string => (code === undefined ? "" : ` ${code}`);

/** What an answer did, for the person who gave it. `changed` false: they had said so before. */
export function answeredWords(tables: Tables, open: OpenOffer, answer: Answer, changed: boolean): Word {
  const code = codeOf(open.offer);
  const [home, place] = homeOf(tables, open);
  const before: Word = changed ? ["已记下", "Noted"] : ["此前已记下", "Noted before"];
  const said: Readonly<Record<Answer, Word>> = {
    seen: ["您已看到。", "you have seen it."],
    accept: [
      `您前往${home}。到了回复3${code}，去不了回复2${code}。`,
      `you go to ${place}. There: reply 3${code}. Cannot come: reply 2${code}.`,
    ],
    enroute: [`您在路上，去${home}。到了回复3${code}。`, `you are on the way to ${place}. There: reply 3${code}.`],
    decline: ["您不去。谢谢告知。", "you do not come. Thank you for telling."],
    arrive: [`您已到${home}。离开时回复4${code}。`, `you are at ${place}. When you leave: reply 4${code}.`],
    done: ["您已离开。谢谢！", "you have left. Thank you!"],
  };
  return [`${before[0]}：${said[answer][0]}`, `${before[1]}: ${said[answer][1]}`];
}

/** Why an answer to this offer counts no more. */
export function tooLateWords(tables: Tables, { alarm, offer }: OpenOffer): Word {
  if (!isUnresolved(alarm)) return OVER;
  const withdrawn = alarm.deliveries.findLast((one) => one.type === "withdrawn" && one.offer === offer.id)?.reason;
  const parts = withdrawn == null ? null : reasonParts(tables, withdrawn);
  if (offer.state === "withdrawn" && parts) {
    const { what, by } = parts;
    return [`您不用去了：${by}${REASON_WORDS[what] ?? ""}。谢谢！`, `You need not go: ${what} by ${by}. Thank you!`];
  }
  if (offer.state === "withdrawn")
    return ["已有人处理，您不用去了。谢谢！", "Somebody takes care of it: you need not go. Thank you!"];
  if (offer.state === "left") return ["您此前已离开，这次不用再答复。", "You left before: nothing more to answer."];
  return [`先答应才能这样答复：去请回复1${codeOf(offer)}。`, `Say yes first: reply 1${codeOf(offer)} to come.`];
}

/** What a text should say, with the calls that wait for this person; nothing of them where there are none. */
export function askWords(tables: Tables, open: readonly OpenOffer[], why: Word): Word {
  if (open.length === 0) return [`${why[0]}您现在没有待答复的呼叫。`, `${why[1]} No call waits for you now.`];
  const [only] = open;
  if (open.length === 1) {
    const code = codeOf(only!.offer);
    const [home, place] = homeOf(tables, only!);
    return [
      `${why[0]}${home}：去回复1${code}，不去回复2${code}。`,
      `${why[1]} ${place}: reply 1${code} yes, 2${code} no.`,
    ];
  }
  const listed = open.slice(0, LISTED_MAX).map((one) => [homeOf(tables, one), codeOf(one.offer)] as const);
  const more = open.length > LISTED_MAX;
  return [
    `${why[0]}有${open.length}个呼叫，请写代码：${listed.map(([[home], code]) => `${home}回复1${code}`).join("；")}${more ? "……" : "。"}`,
    `${why[1]} ${open.length} calls, name the code: ${listed.map(([[, place], code]) => `${place}: reply 1${code}`).join("; ")}${more ? " …" : "."}`,
  ];
}

export const OVER: Word = ["这次呼叫已经结束，您不用去了。谢谢！", "This call is over: you need not go. Thank you!"];
export const TEST_PASSED: Word = [
  "测试成功，谢谢！您的联系方式有效。",
  "The test has worked, thank you: you can be reached.",
];
export const NOT_UNDERSTOOD: Word = ["没看懂。", "Not understood."];
export const WHICH: Word = ["", ""];
export const wrongCode = (code: string): Word => [`没有代码 ${code} 的呼叫。`, `No call has code ${code}.`];

/** Still to be answered, answered with a yes, or no longer counted on though they may come. */
export const isOpen = ({ alarm, offer }: OpenOffer): boolean =>
  isUnresolved(alarm) && (isAwaiting(offer) || isOnTheWay(offer) || offer.state === "expired");
