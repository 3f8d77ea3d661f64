import type { DurationMs, EpochMs } from "../../core/units.ts";
import type { ReadPdu } from "./pdu.ts";

type TextPdu = Extract<ReadPdu, { readonly kind: "text" }>;

/** A whole text and where its parts lie in the modem. */
export interface WholeText {
  readonly from: string;
  readonly text: string;
  readonly places: readonly number[];
  /** Of its sender, stamp and text. */
  readonly id: string;
  /** It was handed on before: the modem did not delete it. */
  readonly isRepeat: boolean;
}

interface Incomplete {
  readonly from: string;
  readonly stamp: string;
  readonly parts: number;
  readonly since: EpochMs;
  readonly got: Map<number, { readonly text: string; readonly place: number | null }>;
}

/** Texts handed on lately, to know one that the modem would not delete. */
const RECENT_MAX = 200;

export interface IncomingTextsLimits {
  readonly incompleteMs: DurationMs;
  readonly incompleteMax: number;
}

/** Puts texts together that came in parts. Parts stay in the modem until the whole was journaled. */
export class IncomingTexts {
  readonly #limits: IncomingTextsLimits;
  readonly #incomplete = new Map<string, Incomplete>();
  readonly #recent = new Set<string>();

  constructor(limits: IncomingTextsLimits) {
    this.#limits = limits;
  }

  /** `place`: where it lies in the modem; null: nowhere. Gives the texts that are whole now: none, this one, or also one that had to make room. */
  take(pdu: TextPdu, place: number | null, now: EpochMs): readonly WholeText[] {
    const { joined, from, text, stamp } = pdu;
    if (!joined) return [this.#whole(from, stamp, [{ text, place }])];
    const id = `${from} ${joined.reference} ${joined.parts}`;
    const known = this.#incomplete.get(id) ?? { from, stamp, parts: joined.parts, since: now, got: new Map() };
    known.got.set(joined.part, { text, place });
    if (known.got.size === joined.parts) {
      this.#incomplete.delete(id);
      return [this.#wholeOf(known)];
    }
    this.#incomplete.set(id, known);
    const oldest = this.#incomplete.size > this.#limits.incompleteMax ? [...this.#incomplete][0] : undefined;
    if (!oldest) return [];
    this.#incomplete.delete(oldest[0]);
    return [this.#wholeOf(oldest[1])];
  }

  /** Those whose rest did not come in time, as far as they are there; `all`: the modem's memory is full. */
  overdue(now: EpochMs, all = false): readonly WholeText[] {
    const late = [...this.#incomplete].filter(([, { since }]) => all || now - since >= this.#limits.incompleteMs);
    for (const [id] of late) this.#incomplete.delete(id);
    return late.map(([, one]) => this.#wholeOf(one));
  }

  /** It is journaled: only now the same message is a repeat. */
  handedOn({ id }: WholeText): void {
    this.#recent.add(id);
    if (this.#recent.size > RECENT_MAX) this.#recent.delete([...this.#recent][0]!);
  }

  #wholeOf({ from, stamp, got }: Incomplete): WholeText {
    const parts = [...got].sort(([a], [b]) => a - b).map(([, part]) => part);
    return this.#whole(from, stamp, parts);
  }

  #whole(
    from: string,
    stamp: string,
    parts: readonly { readonly text: string; readonly place: number | null }[],
  ): WholeText {
    const text = parts.map((part) => part.text).join("");
    const places = parts.map(({ place }) => place).filter((place) => place !== null);
    const id = JSON.stringify([from, stamp, text]);
    return { from, text, places, id, isRepeat: this.#recent.has(id) };
  }
}
