import { reactive, watch } from "vue";
import { KIND_WORDS, wordOf } from "../../../core/words.ts";
import { placeOf, urgencyOf } from "./words.ts";
import { untakenSince, type Alarm, type Board } from "./board.ts";
import { ask } from "./gateway.ts";
import { Tone } from "./tone.ts";
import { Voice } from "./voice.ts";

/** The gateway takes fifteen seconds without a proof for a desk that sleeps. */
const PROVE_EVERY_MS = 4_000;

/** 紧急呼叫，3号楼 2单元 302，王秀英. */
const spoken = ({ kind, home, device }: Alarm): string =>
  [wordOf(KIND_WORDS, kind)[0], home ? placeOf(home) : "", home?.name ?? `设备 ${device}`].filter(Boolean).join("，");

/** Sound, speech, and the proof that somebody can hear them. */
export function watchDesk(board: Board) {
  const tone = new Tone();
  const voice = new Voice();
  const view = reactive({
    isUnlocked: false,
    isVoiceMissing: voice.isMissing,
    pauseLeftS: 0,
    /** Whether the gateway counts this page as a path; null: it has not said. */
    counts: null as boolean | null,
    /** For those who cannot see the list. */
    announced: "",
  });
  const { view: shown } = board;
  const page = crypto.getRandomValues(new Uint32Array(4)).join("-").slice(0, 60);
  let provedAt = -PROVE_EVERY_MS;
  let heard = new Set<string>();

  async function prove(isNow: boolean): Promise<void> {
    const now = performance.now();
    if (shown.stage !== "open" || !board.mayAct.value || (!isNow && now - provedAt < PROVE_EVERY_MS)) return;
    provedAt = now;
    const proof = { page, sound: tone.isUnlocked ? "on" : "locked", visible: document.visibilityState === "visible" };
    try {
      view.counts = (await ask<{ counts: boolean }>("/api/desk/alive", proof)).counts;
    } catch {
      view.counts = null;
    }
  }

  function sound(): void {
    const first = board.untaken.value[0];
    const ids = new Set(board.untaken.value.map(({ id }) => id));
    const fresh = board.untaken.value.filter(({ id }) => !heard.has(id));
    heard = ids;
    const untakenMs = first ? shown.now - untakenSince(first) : 0;
    tone.set(first ? { urgency: urgencyOf(first.priority), untakenMs } : null, fresh.length > 0);
    tone.setLost(shown.lostSince !== null && shown.stage === "open");
    if (shown.lostSince !== null) view.counts = null;
    view.pauseLeftS = Math.ceil(tone.pauseLeftMs / 1_000);
    if (fresh[0]) view.announced = `新警情 ${fresh.map(spoken).join("；")}`;
    if (!first || tone.pauseLeftMs > 0) voice.hush();
    else if (tone.isUnlocked) voice.say(spoken(fresh[0] ?? first), fresh.length > 0);
  }

  tone.onChange = () => {
    view.isUnlocked = tone.isUnlocked;
    void prove(true);
  };
  voice.onChange = () => (view.isVoiceMissing = voice.isMissing);
  board.onBeat = () => void prove(false);
  document.addEventListener("visibilitychange", () => void prove(true));
  watch([() => shown.now, board.untaken, () => shown.lostSince], sound);
  watch(
    () => shown.stage,
    (stage) => {
      // Where the browser knows this page, it may sound without a touch.
      if (stage === "open") void tone.unlock().catch(() => undefined);
    },
  );
  return {
    view,
    unlock: () => void tone.unlock().then(() => tone.tryOut()),
    pause() {
      tone.pause();
      sound();
    },
  };
}

export type DeskWatch = ReturnType<typeof watchDesk>;
