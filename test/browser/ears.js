// Runs in the page before it: notes every tone that is scheduled, every sentence that is asked for, and how often the stream spoke.
window.heard = { notes: [], spoken: [], beats: 0 };
{
  // As on a computer that does not know the page yet: no sound before a person's touch.
  let touched = false;
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => (touched = true), true);
  const isTouched = () => touched;
  window.AudioContext = class extends AudioContext {
    constructor() {
      super();
      if (!isTouched()) void this.suspend();
    }

    get state() {
      return isTouched() ? super.state : "suspended";
    }

    resume() {
      return isTouched() ? super.resume() : new Promise(() => undefined);
    }
  };
  const decode = TextDecoder.prototype.decode;
  TextDecoder.prototype.decode = function (...given) {
    window.heard.beats++;
    return decode.apply(this, given);
  };
  const createOscillator = AudioContext.prototype.createOscillator;
  const createGain = AudioContext.prototype.createGain;
  let peak = 0;
  AudioContext.prototype.createGain = function () {
    const node = createGain.call(this);
    const ramp = node.gain.linearRampToValueAtTime.bind(node.gain);
    node.gain.linearRampToValueAtTime = (value, at) => {
      peak = Math.max(peak, value);
      return ramp(value, at);
    };
    peak = 0;
    return node;
  };
  AudioContext.prototype.createOscillator = function () {
    const node = createOscillator.call(this);
    const start = node.start.bind(node);
    node.start = (at) => {
      window.heard.notes.push({ at, pitch: Math.round(node.frequency.value), peak });
      start(at);
    };
    return node;
  };
  const voice = { lang: "zh-CN", name: "a Chinese voice", localService: true, default: true, voiceURI: "zh" };
  speechSynthesis.getVoices = () => (window.chineseVoice ? [voice] : []);
  speechSynthesis.speak = ({ text, lang }) => void window.heard.spoken.push({ text, lang });
  window.SpeechSynthesisUtterance = class {
    constructor(text) {
      this.text = text;
    }
  };
}
