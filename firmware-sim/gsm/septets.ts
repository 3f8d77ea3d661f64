/** The default alphabet by its code points (3GPP TS 23.038, 6.2.1), one row of sixteen a line. */
const ROWS = [
  "@£$¥èéùìòÇ\nØø\rÅå",
  "Δ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ",
  " !\"#¤%&'()*+,-./",
  "0123456789:;<=>?",
  "¡ABCDEFGHIJKLMNO",
  "PQRSTUVWXYZÄÖÑÜ§",
  "¿abcdefghijklmno",
  "pqrstuvwxyzäöñüà",
];
const BASIC: readonly string[] = ROWS.flatMap((row) => [...row]);
const ESCAPE = 0x1b;
/** What follows the escape (6.2.1.1). */
const EXTENDED: ReadonlyMap<number, string> = new Map([
  [0x0a, "\f"],
  [0x14, "^"],
  [0x28, "{"],
  [0x29, "}"],
  [0x2f, "\\"],
  [0x3c, "["],
  [0x3d, "~"],
  [0x3e, "]"],
  [0x40, "|"],
  [0x65, "€"],
]);

/** The septets of a text; null: a character is not in the alphabet. */
export function septetsOf(text: string): number[] | null {
  const septets: number[] = [];
  for (const character of text) {
    const code = BASIC.indexOf(character);
    if (code >= 0 && code !== ESCAPE) {
      septets.push(code);
      continue;
    }
    const extended = [...EXTENDED].find(([, one]) => one === character);
    if (!extended) return null;
    septets.push(ESCAPE, extended[0]);
  }
  return septets;
}

export function textOfSeptets(septets: readonly number[]): string {
  let text = "";
  for (let at = 0; at < septets.length; at++) {
    if (septets[at] === ESCAPE) text += EXTENDED.get(septets[++at] ?? -1) ?? " ";
    else text += BASIC[septets[at]!];
  }
  return text;
}

/** Seven bits after seven bits, the lowest first; `skipBits` stay free at the beginning. */
export function pack(septets: readonly number[], skipBits = 0): Buffer {
  const bits: number[] = Array.from({ length: skipBits }, () => 0);
  for (const septet of septets) for (let bit = 0; bit < 7; bit++) bits.push((septet >> bit) & 1);
  const octets = Buffer.alloc(Math.ceil(bits.length / 8));
  bits.forEach((bit, at) => (octets[at >> 3]! |= bit << (at & 7)));
  return octets;
}

export function unpack(octets: Uint8Array, count: number, skipBits = 0): number[] {
  return Array.from({ length: count }, (_, index) => {
    let septet = 0;
    for (let bit = 0; bit < 7; bit++) {
      const at = skipBits + index * 7 + bit;
      septet |= (((octets[at >> 3] ?? 0) >> (at & 7)) & 1) << bit;
    }
    return septet;
  });
}
