import type { Alarm, Flag, TimerName, Timers, Times } from "./alarm.ts";
import type { EpochMs } from "./units.ts";

export const addFlags = (flags: readonly Flag[], more: readonly Flag[]): readonly Flag[] => [
  ...new Set([...flags, ...more]),
];
export const lessFlags = (flags: readonly Flag[], less: readonly Flag[]): readonly Flag[] =>
  flags.filter((flag) => !less.includes(flag));

export function withTimer(timers: Timers, name: TimerName, at: EpochMs | null): Timers {
  const { [name]: _, ...rest } = timers as Record<string, EpochMs>;
  return at === null ? rest : { ...rest, [name]: at };
}

/** Keeps the first measurement of each. */
export const measured = (times: Times, name: keyof Times, at: EpochMs): Times =>
  (times[name] ?? null) === null ? { ...times, [name]: at } : times;

/** What a person may want to know before acting raises the version; receipts and timers do not. */
export const bump = (alarm: Alarm): Alarm => ({ ...alarm, version: alarm.version + 1 });
