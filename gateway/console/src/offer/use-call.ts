import { computed, onMounted, onUnmounted, ref, shallowRef } from "vue";
import type { Answer } from "../../../core/kinds.ts";
import { AnswerQueue, type Fate, type Pending } from "./answer-queue.ts";
import { Gateway, type Call, type Look } from "./gateway.ts";
import { recallPending, storePending } from "./kept-answer.ts";
import { isUnseen } from "./steps.ts";

/** How often a page that is looked at asks what is new; once the call is resolved, and while nothing answers. */
const LOOK_MS = 5_000;
const RESOLVED_LOOK_MS = 60_000;

/** The call behind the link, kept up to date, and the answers of its person. */
export function useCall(offer: string, token: string, message: string | null) {
  const gateway = new Gateway(offer, token, message);
  const look = ref<Look["is"] | "reading">("reading");
  const call = shallowRef<Call | null>(null);
  /** The gateway's time less the phone's. */
  let aheadMs = 0;
  const now = ref(Date.now());
  const pending = shallowRef<Pending | null>(null);
  const isFailing = ref(false);
  const settled = shallowRef<{ readonly pending: Pending; readonly fate: Fate } | null>(null);
  /** A touch before there was anything to see: it counts once there is. */
  let isTouched = false;

  const queue = new AnswerQueue({
    async send(one) {
      const { fate, call: current } = await gateway.send(one);
      if (current) show({ is: "call", call: current });
      return fate;
    },
    now: () => Date.now(),
    pause,
    keep: (items) => storePending(offer, items),
    changed(done) {
      pending.value = queue.pending;
      isFailing.value = queue.isFailing;
      if (done && done.pending.answer !== "seen") settled.value = done;
      if (done?.fate === "refused") void refresh();
    },
  });

  function show(seen: Look): void {
    look.value = seen.is;
    if (seen.is !== "call") {
      if (seen.is !== "lost") call.value = null;
      return;
    }
    aheadMs = Date.parse(seen.call.now) - Date.now();
    tick();
    call.value = seen.call;
    if (isTouched) noteTouch();
  }

  /** The first touch of the visible page is *seen*. */
  function noteTouch(): void {
    isTouched = call.value === null;
    if (call.value && isUnseen(call.value)) queue.add("seen", call.value.offer.version);
  }

  const tick = (): void => void (now.value = Date.now() + aheadMs);

  let isAsking = false;
  async function refresh(): Promise<void> {
    if (isAsking) return;
    isAsking = true;
    const seen = await gateway.look();
    isAsking = false;
    show(seen);
    tick();
  }

  let timer: ReturnType<typeof setTimeout> | null = null;
  async function watch(): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (document.visibilityState !== "visible") return;
    await refresh();
    if (look.value === "over" || look.value === "unknown" || look.value === "refused") return;
    const isResolved = call.value?.alarm.state === "resolved" || call.value?.alarm.state === "closed";
    timer ??= setTimeout(() => void watch(), isResolved ? RESOLVED_LOOK_MS : LOOK_MS);
  }

  function answer(wish: Answer): void {
    if (!call.value) return;
    settled.value = null;
    queue.add(wish, call.value.offer.version);
  }

  const onTouch = (event: Event): void => {
    if (event.isTrusted && document.visibilityState === "visible") noteTouch();
  };
  const onBack = (): void => {
    queue.hurry();
    void watch();
  };
  onMounted(() => {
    for (const kind of TOUCHES) document.addEventListener(kind, onTouch, { capture: true, passive: true });
    window.addEventListener("online", onBack);
    document.addEventListener("visibilitychange", onBack);
    queue.resume(recallPending(offer));
    void watch();
  });
  onUnmounted(() => {
    for (const kind of TOUCHES) document.removeEventListener(kind, onTouch, { capture: true });
    window.removeEventListener("online", onBack);
    document.removeEventListener("visibilitychange", onBack);
    if (timer !== null) clearTimeout(timer);
  });

  /** How old what is shown is, in milliseconds, while the gateway does not answer; null: it is of now. */
  const staleMs = computed(() =>
    look.value === "lost" && call.value ? Math.max(0, now.value - Date.parse(call.value.now)) : null,
  );
  return { look, call, now, pending, isFailing, settled, staleMs, answer };
}

/** A scroll ends without a pointerup. */
const TOUCHES = ["pointerup", "touchend", "keydown"] as const;

function pause(ms: number): { over: Promise<void>; cut: () => void } {
  let cut = (): void => undefined;
  const over = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    cut = () => {
      clearTimeout(timer);
      resolve();
    };
  });
  return { over, cut: () => cut() };
}
