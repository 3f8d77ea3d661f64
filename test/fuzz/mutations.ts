import type { SeededRandom } from "../../firmware-sim/random.ts";

/** Ways in which a message is spoilt on its way, or made up. Each gives new bytes and leaves the message as it is. */
type Mutation = (message: Uint8Array, random: SeededRandom) => Uint8Array;

const PART_MAX_BYTES = 64;
const REPEATS_MAX = 16;
const NOISE_MAX_BYTES = 256;

/** From and to, both inside the message or at its end. */
function rangeIn({ length }: Uint8Array, random: SeededRandom): readonly [number, number] {
  const from = random.integer(length + 1);
  return [from, Math.min(length, from + random.integer(PART_MAX_BYTES))];
}

const join = (...parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts);

/** Digits stay digits and letters letters, so that the form holds. */
function retyped(byte: number, random: SeededRandom): number {
  if (byte >= 0x30 && byte <= 0x39) return 0x30 + random.integer(10);
  if (byte >= 0x41 && byte <= 0x5a) return 0x41 + random.integer(26);
  if (byte >= 0x61 && byte <= 0x7a) return 0x61 + random.integer(26);
  return byte;
}

/** A few bytes, each changed by `change`. */
function withSome(message: Uint8Array, random: SeededRandom, change: (byte: number) => number): Uint8Array {
  const spoilt = Uint8Array.from(message);
  for (let count = 1 + random.integer(8); count > 0 && spoilt.length > 0; count--) {
    const at = random.integer(spoilt.length);
    spoilt[at] = change(spoilt[at]!);
  }
  return spoilt;
}

export const MUTATIONS = {
  flip: (message, random) => withSome(message, random, (byte) => byte ^ (1 << random.integer(8))),
  retype: (message, random) => withSome(message, random, (byte) => retyped(byte, random)),
  cut: (message, random) => {
    const [from, to] = rangeIn(message, random);
    return join(message.subarray(0, from), message.subarray(to));
  },
  insert: (message, random) => {
    const at = random.integer(message.length + 1);
    return join(message.subarray(0, at), random.bytes(random.integer(PART_MAX_BYTES)), message.subarray(at));
  },
  swap: (message, random) => {
    const [from, to] = rangeIn(message, random);
    const rest = join(message.subarray(0, from), message.subarray(to));
    const at = random.integer(rest.length + 1);
    return join(rest.subarray(0, at), message.subarray(from, to), rest.subarray(at));
  },
  repeat: (message, random) => {
    const [from, to] = rangeIn(message, random);
    const part = message.subarray(from, to);
    const parts = Array.from({ length: random.integer(REPEATS_MAX) }, () => part);
    return join(message.subarray(0, to), ...parts, message.subarray(to));
  },
  join: (message, random) => {
    const [from] = rangeIn(message, random);
    return join(message.subarray(from), random.bytes(random.integer(8)), message, message.subarray(0, from));
  },
} satisfies Record<string, Mutation>;

export type MutationName = keyof typeof MUTATIONS;
export const MUTATION_NAMES = Object.keys(MUTATIONS) as readonly MutationName[];

/** Bytes that mean nothing: any; such as the protocol uses; the same between the ends of one of its messages. */
export const NOISES = {
  any: (_message, random) => random.bytes(1 + random.integer(NOISE_MAX_BYTES)),
  ofItsBytes: (message, random) => pickedFrom(message, random),
  inItsFrame: (message, random) => {
    const head = message.subarray(0, 1 + random.integer(6));
    const tail = message.subarray(message.length - random.integer(4));
    return join(head, pickedFrom(message, random), tail);
  },
} satisfies Record<string, Mutation>;

export type NoiseName = keyof typeof NOISES;
export const NOISE_NAMES = Object.keys(NOISES) as readonly NoiseName[];

const pickedFrom = (message: Uint8Array, random: SeededRandom): Uint8Array =>
  Uint8Array.from({ length: 1 + random.integer(NOISE_MAX_BYTES) }, () => message[random.integer(message.length)] ?? 0);

/** In pieces of 1 to `maxBytes`, as a network brings it. */
export function* piecesOf(bytes: Uint8Array, random: SeededRandom, maxBytes: number): Iterable<Uint8Array> {
  for (let at = 0; at < bytes.length;) {
    const end = at + 1 + random.integer(maxBytes);
    yield bytes.subarray(at, end);
    at = end;
  }
}
