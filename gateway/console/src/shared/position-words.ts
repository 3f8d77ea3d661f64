import type { Position } from "../../../core/report.ts";
import type { Word } from "../../../core/words.ts";

/** About a metre: more digits would promise more than a watch can know. */
const DIGITS = 5;

/** As maps take it when it is pasted: `29.86842, 121.54399`. */
export const coordinatesOf = ({ lat, lon }: Position): string => `${lat.toFixed(DIGITS)}, ${lon.toFixed(DIGITS)}`;

/** RFC 5870: a telephone opens it in the map that it has; WGS 84 is what the scheme means. */
export const geoOf = ({ lat, lon }: Position): string => `geo:${lat.toFixed(DIGITS)},${lon.toFixed(DIGITS)}`;

export const fixWords = ({ isFix }: Pick<Position, "isFix">): Word =>
  isFix ? ["卫星定位", "satellite fix"] : ["最后已知或估计的位置", "last known or estimated"];
