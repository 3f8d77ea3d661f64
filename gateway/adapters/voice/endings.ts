/** How a call came to its end. Each word says what is known of the other side, nothing more. */
export type Ending =
  /** Somebody pressed a key that settles it. */
  | { readonly how: "answered" }
  /** A phone answered, a person or a mailbox, and the message was read to it at least once; no key came. */
  | { readonly how: "no-key" }
  /** A phone answered and hung up before the message was read to its end. */
  | { readonly how: "hung-up" }
  | { readonly how: "busy" }
  | { readonly how: "no-answer" }
  | { readonly how: "declined" }
  /** Nobody there, no way there, or the server does not let us. */
  | { readonly how: "unreachable"; readonly why: string }
  /** The number does not exist: it will never be reached. */
  | { readonly how: "no-such-number"; readonly why: string }
  /** Our own side failed: no line, no speech. */
  | { readonly how: "not-made"; readonly why: string }
  /** It was taken back. */
  | { readonly how: "withdrawn" };

const BUSY = [486, 600];
const NO_ANSWER = [408, 480, 487];
const DECLINED = [603, 607];
/** RFC 3261, 21.4 and 21.6: this address will not do, whenever it is tried. */
const NEVER = [404, 410, 414, 416, 484, 604];

/** What baresip gives as the reason of a call that was not answered: "486 Busy Here", or an error of the network. */
export function endingOf(reason: string): Ending {
  const status = Number(/^(\d{3})\b/.exec(reason)?.[1] ?? 0);
  if (BUSY.includes(status)) return { how: "busy" };
  if (NO_ANSWER.includes(status)) return { how: "no-answer" };
  if (DECLINED.includes(status)) return { how: "declined" };
  if (NEVER.includes(status)) return { how: "no-such-number", why: `SIP ${status}` };
  return { how: "unreachable", why: status > 0 ? `SIP ${status}` : "no answer of its network" };
}

/** For the journal: no name, no number. */
export function detailOf(ending: Ending): string {
  switch (ending.how) {
    case "answered":
      return "a key was pressed";
    case "no-key":
      return "answered by a phone, no key was pressed";
    case "hung-up":
      return "a phone answered and hung up before the message was told";
    case "busy":
      return "the line is busy";
    case "no-answer":
      return "nobody answered the phone";
    case "declined":
      return "the call was declined";
    case "unreachable":
      return `the phone cannot be reached: ${ending.why}`;
    case "no-such-number":
      return `the number does not exist: ${ending.why}`;
    case "not-made":
      return ending.why;
    case "withdrawn":
      return "taken back";
  }
}

/** Why a registration failed, without the server's own words, which may name the account. */
export const registerWhy = (param: string): string => {
  const status = /^(\d{3})\b/.exec(param)?.[1];
  return status === undefined ? "the SIP server does not answer" : `the SIP server refuses the registration: ${status}`;
};
