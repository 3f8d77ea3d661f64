/**
 * A LoRa gateway hears down to -123 dBm at the fastest rate (SX1276 data sheet, sensitivity at SF7 and 125 kHz). With
 * less than 10 dB to spare a shut door or a wet wall costs presses.
 */
export const WEAK_BELOW = { rssiDbm: -113 } as const;
