import type { Input, Reply } from "../core/input.ts";
import type { ChannelSink } from "../ports/channel.ts";
import { wordIn } from "../core/message-words.ts";
import type { Language } from "./render.ts";
import type { PathBoard } from "./path-board.ts";

export interface ChannelSinkParts {
  readonly paths: PathBoard;
  note(input: Input): void;
  submit(input: Input): Promise<Reply>;
  fault(key: string, code: string, active: boolean, detail: string): void;
}

/** What a channel is given: what it tells becomes inputs of the rules, with its name; people are answered in `language`. */
export const channelSink = (
  channel: string,
  language: Language,
  { paths, note, submit, fault }: ChannelSinkParts,
): ChannelSink => ({
  receipt: ({ key, status, at, sentAt = null, detail = null }) =>
    note({ type: "receipt", key, status, at, sentAt, detail }),
  path: (path, up, why) => paths.told(path, up, why),
  proved: (path) => paths.proved(path),
  gone: (responder, address) => note({ type: "contact-gone", channel, responder, address }),
  async answer(answer) {
    const reply = await submit({ type: "channel-answer", channel, ...answer });
    return { taken: reply.ok, words: reply.words ? wordIn(reply.words, language) : null };
  },
  fault: (key, active, why) => fault(key, key.split(":")[0]!, active, why),
});
