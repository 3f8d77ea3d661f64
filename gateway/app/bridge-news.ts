import type { Input } from "../core/input.ts";
import type { State } from "../core/state.ts";
import type { BridgeNews } from "../ports/radio.ts";

interface NewsDesk {
  note(input: Input): void;
  fault(key: string, code: string, active: boolean, detail: string): void;
}

/** Hands on what a bridge told of itself, where it is news: a bridge says again and again how it is. */
export function tellNews(state: State, bridge: string, news: BridgeNews, desk: NewsDesk): void {
  if (news.type === "names") return desk.note({ type: "names", bridge, names: news.names });
  if (news.type === "lost") return desk.note({ type: "device-lost", bridge, address: news.address, how: news.how });
  const key = `bridge:${bridge}`;
  const active = news.state === "offline";
  if (active !== (state.faults.get(key) !== undefined)) desk.fault(key, "bridge-down", active, news.detail);
}
