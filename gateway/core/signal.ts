/** How strongly a device was heard, the newest reading last; what a bridge does not say stays empty. */
export interface Signal {
  readonly rssiDbm: readonly number[];
  readonly linkQuality: readonly number[];
}

/** Readings kept of one device; older ones are forgotten. */
export const SIGNALS_MAX = 15;

interface Reading {
  readonly rssiDbm?: number | undefined;
  readonly linkQuality?: number | undefined;
}

/** With the readings of one more report; undefined: nothing was ever read. */
export function signalAfter(before: Signal | undefined, { rssiDbm, linkQuality }: Reading): Signal | undefined {
  if (rssiDbm === undefined && linkQuality === undefined) return before;
  const kept = (values: readonly number[], value: number | undefined): readonly number[] =>
    value === undefined ? values : [...values, value].slice(-SIGNALS_MAX);
  return {
    rssiDbm: kept(before?.rssiDbm ?? [], rssiDbm),
    linkQuality: kept(before?.linkQuality ?? [], linkQuality),
  };
}

/** Last, worst and median of what is kept; null: nothing was read. */
function summaryOf(values: readonly number[] | undefined) {
  if (!values || values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return { last: values.at(-1)!, worst: sorted[0]!, median: sorted[Math.floor((sorted.length - 1) / 2)]! };
}

/** The signal as `/api/devices` gives it. */
export const viewSignal = (signal: Signal | undefined) => ({
  rssiDbm: summaryOf(signal?.rssiDbm),
  linkQuality: summaryOf(signal?.linkQuality),
});
