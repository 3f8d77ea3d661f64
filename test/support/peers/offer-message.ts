import type { OfferMessage } from "../../../gateway/ports/channel.ts";

/** An offer as channels get it, with what a test says of it. */
export const offerMessage = (said: Partial<OfferMessage> = {}): OfferMessage => ({
  key: "k1",
  type: "offer",
  offer: { id: "o1", version: 1 },
  alarm: { id: "a1", kind: "emergency", priority: said.priority ?? 1 },
  responder: "wang",
  address: "13800000000",
  priority: 1,
  words: {
    title: "【一键通】紧急呼叫",
    text: "李奶奶，3 2 501。回复 1 4711 接受，2 4711 拒绝。",
    spoken: "紧急呼叫。李奶奶，3 2 501。",
  },
  resident: { name: "李奶奶", building: "3", unit: "2", room: "501" },
  link: "https://okc.example.org/o/o1#t0ken",
  code: "4711",
  answer: { url: "https://okc.example.org/a", token: "t0ken", expiresAt: "2026-11-23T12:10:00.000Z" },
  reason: null,
  ...said,
});
