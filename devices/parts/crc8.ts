const POLYNOMIAL = 0x07;

/** CRC-8: polynomial 0x07, initial value 0, not reflected, no final xor. The CRC of "123456789" is 0xf4. */
export function crc8(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ (crc & 0x80 ? POLYNOMIAL : 0)) & 0xff;
  }
  return crc;
}
