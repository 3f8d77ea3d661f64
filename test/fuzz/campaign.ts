import { SeededRandom } from "../../firmware-sim/random.ts";
import type { Decoded } from "../../gateway/core/definition.ts";
import { MUTATION_NAMES, MUTATIONS, NOISE_NAMES, NOISES, piecesOf } from "./mutations.ts";
import { openFeed, pressOf, reportsIn, type Source, type Target } from "./targets.ts";

/** How many of so many messages that are none passed for one. */
export interface Tally {
  readonly messages: number;
  /** A call for help, of a message that was none. */
  emergencies: number;
  /** A press that the message was not, of a button that is enrolled. */
  presses: number;
  /** Anything that the message did not say. */
  altered: number;
}

export interface CampaignResult {
  readonly bridge: string;
  /** Messages that were spoilt on their way. */
  readonly spoilt: Tally;
  /** Noise of any bytes. */
  readonly noise: Tally;
  /** Noise of the protocol's own bytes, half of it between the ends of a message. */
  readonly shaped: Tally;
}

const PIECE_MAX_BYTES = 48;

/** So many messages of each sort, through a new connection each. The same seed gives the same messages. */
export function campaign(target: Target, messages: number, seed: number): CampaignResult {
  const random = new SeededRandom(seed);
  const whole = target.sources.filter(({ isRejected }) => !isRejected);
  const run = (sources: readonly Source[], make: (source: Source) => Uint8Array): Tally => {
    const tally = { messages: sources.length === 0 ? 0 : messages, emergencies: 0, presses: 0, altered: 0 };
    for (let count = 0; count < tally.messages; count++) {
      const source = random.pick(sources);
      judge(target, source, feedOnce(target, source, make(source), random), tally);
    }
    return tally;
  };
  const spoil = (source: Source): Uint8Array => MUTATIONS[random.pick(MUTATION_NAMES)](source.message, random);
  const shaped = NOISE_NAMES.filter((name) => name !== "any");
  return {
    bridge: target.definition.bridge,
    spoilt: run(whole, spoil),
    noise: run(target.sources, ({ message }) => NOISES.any(message, random)),
    shaped: run(target.sources, ({ message }) => NOISES[random.pick(shaped)](message, random)),
  };
}

function judge(
  { known }: Target,
  { reports, presses, isCall }: Source,
  decoded: readonly Decoded[],
  tally: Tally,
): void {
  const news = reportsIn(decoded).filter((report) => !reports.includes(JSON.stringify(report)));
  if (news.length === 0) return;
  tally.altered += 1;
  const pressed = news.filter((report) => report.press !== null && !presses.includes(pressOf(report)));
  if (!isCall && pressed.some(({ kind }) => kind === "emergency")) tally.emergencies += 1;
  if (pressed.some((report) => known.has(pressOf(report)))) tally.presses += 1;
}

/** Through a new connection, which says before what the message needs. */
export function feedOnce(
  target: Target,
  { topic, before }: Source,
  bytes: Uint8Array,
  random: SeededRandom,
): readonly Decoded[] {
  const feed = openFeed(target);
  for (const earlier of before) feed(topic, earlier);
  if (target.definition.transport === "mqtt") return feed(topic, bytes);
  return [...piecesOf(bytes, random, PIECE_MAX_BYTES)].flatMap((piece) => feed(topic, piece));
}
