/** What the network says became of a message (TP-Status, 3GPP TS 23.040, 9.2.3.15). */
export type ReportVerdict =
  /** The telephone has it. */
  | { readonly fate: "delivered" }
  /** The centre is done with it and cannot say whether the telephone has it. */
  | { readonly fate: "unproved"; readonly why: string }
  /** Not yet; the centre goes on trying. */
  | { readonly fate: "waiting"; readonly why: string }
  /** The centre has given it up for a reason that may pass: worth another sending. */
  | { readonly fate: "given-up"; readonly why: string }
  | { readonly fate: "failed"; readonly why: string };

const WHY: Readonly<Record<number, string>> = {
  0x00: "congestion",
  0x01: "the telephone is busy",
  0x02: "the telephone does not answer: switched off or out of reach",
  0x03: "the network rejects the service",
  0x04: "the service is not granted",
  0x05: "an error in the telephone",
};

const PERMANENT: Readonly<Record<number, string>> = {
  0x40: "a procedure error at the telephone",
  0x41: "not compatible with the telephone",
  0x42: "the telephone rejects it",
  0x43: "it cannot be obtained",
  0x44: "the service is not granted",
  0x45: "no such subscriber any more",
  0x46: "it was not delivered in its time",
  0x47: "deleted by the sender",
  0x48: "deleted by the centre",
  0x49: "the message does not exist",
};

export function verdictOf(status: number): ReportVerdict {
  if (status === 0x00) return { fate: "delivered" };
  if (status === 0x01) return { fate: "unproved", why: "forwarded; the network cannot confirm that it was delivered" };
  if (status === 0x02) return { fate: "unproved", why: "replaced by another message" };
  if (status < 0x20) return { fate: "unproved", why: "done, the network does not say how" };
  const reason = WHY[status & 0x1f] ?? "for no known reason";
  if (status < 0x40) return { fate: "waiting", why: reason };
  if (status < 0x60) return { fate: "failed", why: PERMANENT[status] ?? "refused for good" };
  if (status < 0x80) return { fate: "given-up", why: reason };
  return { fate: "unproved", why: "the network's report is not understood" };
}
