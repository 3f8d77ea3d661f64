const POLYNOMIAL_REFLECTED = 0x8408;

/**
 * CRC-16/X-25, which GT06's documents call CRC-ITU: polynomial 0x1021, initial value and final xor 0xffff, reflected.
 * The CRC of "123456789" is 0x906e.
 */
export function crc16X25(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL_REFLECTED : 0);
  }
  return crc ^ 0xffff;
}
