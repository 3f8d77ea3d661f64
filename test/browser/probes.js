// Runs in the page: test/browser/desk-page.test.ts evaluates this expression there.
({
  /** Buttons and fields smaller than 44 × 44 CSS px. */
  smallTargets() {
    return [...document.querySelectorAll("button, input, select")]
      .map((element) => element.getBoundingClientRect())
      .filter(({ width, height }) => width > 0 && (height < 44 || width < 44))
      .map(({ width, height }) => `${width}×${height}`);
  },

  kept: () => sessionStorage.length + localStorage.length,

  /** Elements that are shown with text below 18 px. */
  smallTexts() {
    return [...document.querySelectorAll("body *")]
      .filter((element) => element.getClientRects().length > 0)
      .filter((element) => parseFloat(getComputedStyle(element).fontSize) < 18)
      .map((element) => element.outerHTML.slice(0, 80));
  },

  fitsAcross: () => document.documentElement.scrollWidth <= window.innerWidth,
});
