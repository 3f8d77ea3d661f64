// Runs in the page: test/browser/live-page.test.ts evaluates this expression there.
({
  /** Buttons and fields smaller than 44 × 44 CSS px. */
  smallTargets() {
    return [...document.querySelectorAll("button, input, select")]
      .map((element) => element.getBoundingClientRect())
      .filter(({ width, height }) => width > 0 && (height < 44 || width < 44))
      .map(({ width, height }) => `${width}×${height}`);
  },

  /** Texts whose contrast with their ground is below 4.5:1 (WCAG 2.2, 1.4.3). */
  paleTexts() {
    const numbersOf = (color) => (color.match(/\d+(\.\d+)?/g) ?? []).map(Number);
    const lightOf = (color) => {
      const [r, g, b] = numbersOf(color).map((part) => {
        const share = part / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const groundOf = (element) => {
      if (!element) return "rgb(255, 255, 255)";
      const { backgroundColor } = getComputedStyle(element);
      return numbersOf(backgroundColor)[3] === 0 ? groundOf(element.parentElement) : backgroundColor;
    };
    const contrastOf = (element) => {
      const lights = [lightOf(getComputedStyle(element).color), lightOf(groundOf(element))];
      return (Math.max(...lights) + 0.05) / (Math.min(...lights) + 0.05);
    };
    return [...document.querySelectorAll("body *")]
      .filter((element) => element.getClientRects().length > 0)
      .filter(({ childNodes }) => [...childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()))
      .filter((element) => contrastOf(element) < 4.5)
      .map((element) => `${element.textContent} ${contrastOf(element).toFixed(1)}`);
  },

  /** How long it takes to lay all out anew when every clock counts on. */
  layoutMs() {
    const start = performance.now();
    for (const age of document.querySelectorAll(".age")) age.textContent += " ";
    document.body.getBoundingClientRect();
    return performance.now() - start;
  },

  kept: () => sessionStorage.length,
  /** Elements that are shown with text below 18 px. */
  smallTexts() {
    return [...document.querySelectorAll("body *")]
      .filter((element) => element.getClientRects().length > 0)
      .filter((element) => parseFloat(getComputedStyle(element).fontSize) < 18)
      .map((element) => element.outerHTML.slice(0, 80));
  },

  fitsAcross: () => document.documentElement.scrollWidth <= window.innerWidth,
});
