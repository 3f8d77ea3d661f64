import { Pty } from "./pty.ts";

/** The Serial Protocol 3 of EnOcean, as a stick speaks it. */
const SYNC = 0x55;
const RADIO_ERP1 = 0x01;
const RESPONSE = 0x02;
const COMMON_COMMAND = 0x05;
const READ_VERSION = 0x03;
const RPS = 0xf6;
/** Energy bow pressed; the key's place is in the three bits above. */
const PRESSED = 0x10;
const KEYS = ["AI", "AO", "BI", "BO"];
/** Status of a telegram that names a key, and of a release; the low nibble counts repeaters. */
const NAMES_KEYS = 0x30;
const NAMES_NONE = 0x20;
const BROADCAST = [0xff, 0xff, 0xff, 0xff];
const RSSI_DBM = 61;

const CRC8 = Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = (value & 0x80 ? (value << 1) ^ 0x07 : value << 1) & 0xff;
  return value;
});
const crcOf = (bytes: readonly number[]): number => bytes.reduce((crc, byte) => CRC8[crc ^ byte]!, 0);

/** Whose key is pressed, and how many repeaters send it on. */
export interface Press {
  /** 8 hexadecimal digits. */
  readonly sender: string;
  readonly key: string;
  readonly repeaters?: 0 | 1 | 2;
}

/** A stick on a serial port with battery-less rockers around it. */
export class EnoceanStick {
  readonly link: string;
  /** How often the host has asked for the version. */
  asked = 0;
  /** False: it neither answers nor reports, though the port is open. */
  alive = true;
  readonly #pty: Pty;

  constructor(link: string) {
    this.link = link;
    this.#pty = new Pty(link, (bytes) => this.#take(bytes));
  }

  /** Plugs it in. Resolves when the port can be opened; rejects when socat is missing. */
  start(): Promise<void> {
    return this.#pty.plug();
  }

  stop(): Promise<void> {
    return this.#pty.unplug();
  }

  /** A finger goes down: one telegram, and one more of each repeater. */
  press({ sender, key, repeaters = 0 }: Press): void {
    const data = (KEYS.indexOf(key) << 5) | PRESSED;
    for (let hop = 0; hop <= repeaters; hop++) this.write(telegram(sender, data, NAMES_KEYS | hop));
  }

  /** The finger is off; the telegram names no key. */
  release({ sender, repeaters = 0 }: Omit<Press, "key">): void {
    for (let hop = 0; hop <= repeaters; hop++) this.write(telegram(sender, 0, NAMES_NONE | hop));
  }

  /** A telegram of which the end was lost on the line. */
  breakOff({ sender, key }: Press): void {
    const whole = telegram(sender, (KEYS.indexOf(key) << 5) | PRESSED, NAMES_KEYS);
    this.write(whole.slice(0, -6));
  }

  write(bytes: readonly number[]): void {
    if (this.alive) this.#pty.write(Uint8Array.from(bytes));
  }

  #take(bytes: Buffer): void {
    for (let at = bytes.indexOf(SYNC); at >= 0; at = bytes.indexOf(SYNC, at + 1)) {
      if (bytes[at + 4] !== COMMON_COMMAND || bytes[at + 6] !== READ_VERSION) continue;
      this.asked++;
      this.write(packet(RESPONSE, [0, 2, 17, 0, 0, ...Array.from({ length: 28 }, (_, index) => index)], []));
    }
  }
}

function telegram(sender: string, data: number, status: number): number[] {
  return packet(RADIO_ERP1, [RPS, data, ...Buffer.from(sender, "hex"), status], [1, ...BROADCAST, RSSI_DBM, 0]);
}

function packet(type: number, data: readonly number[], optional: readonly number[]): number[] {
  const header = [data.length >> 8, data.length & 0xff, optional.length, type];
  const body = [...data, ...optional];
  return [SYNC, ...header, crcOf(header), ...body, crcOf(body)];
}
