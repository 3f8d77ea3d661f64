const two = (n: number): string => String(n).padStart(2, "0");

/** 0:42, 12:05, 1:02:07. */
export function lengthText(ms: number): string {
  const whole = Math.max(0, Math.floor(ms / 1_000));
  const [hours, minutes, seconds] = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60, whole % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** 21:04:07, of the day in the browser's zone; with the date where it is another day. */
export function timeText(iso: string, now: number): string {
  const at = new Date(iso);
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  const isToday = at.toDateString() === new Date(now).toDateString();
  return isToday ? time : `${at.getMonth() + 1}月${at.getDate()}日 ${time}`;
}
