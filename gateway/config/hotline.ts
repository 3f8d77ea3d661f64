import { dc09, type Dc09Config } from "./hotline/dc09.ts";
import { choice } from "./shape.ts";

export type HotlineConfig = Dc09Config;

/** One entry of `hotline`, by its `kind`. */
export const hotlineEntry = choice<HotlineConfig>("kind", { dc09 });

/** What no two entries share. */
export const nameOfHotline = ({ host, port, account }: HotlineConfig): string => `${host}:${port}, account ${account},`;
