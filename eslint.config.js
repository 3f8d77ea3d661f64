import tseslint from "typescript-eslint";

const TIMERS = ["setTimeout", "setInterval", "setImmediate", "clearTimeout", "clearInterval", "clearImmediate"];
const MACHINE = ["process", "console", "performance", "queueMicrotask", "fetch", "globalThis"];

/** Time, chance and the machine come in as arguments: what is decided twice from the same input must be the same. */
const pure = {
  "no-restricted-globals": [
    "error",
    ...[...TIMERS, ...MACHINE].map((name) => ({ name, message: "Pure code takes what it needs as an argument." })),
  ],
  "no-restricted-syntax": [
    "error",
    { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: "Take the time as an argument." },
    { selector: "CallExpression[callee.name='Date']", message: "Take the time as an argument." },
    {
      selector: "MemberExpression[object.name='Date']:not([property.name=/^(UTC|parse)$/])",
      message: "Take the time as an argument.",
    },
    {
      selector: "MemberExpression[object.name='Math'][property.name='random']",
      message: "Take chance as an argument.",
    },
    {
      selector:
        "ImportDeclaration[source.value=/^(node:)?(fs|net|tls|http|https|os|timers|child_process|worker_threads|perf_hooks|process)/]",
      message: "Pure code does no input or output.",
    },
  ],
};

export default tseslint.config(
  { ignores: ["node_modules/", "dist/", "data/", "data-demo/", "coverage/"] },
  {
    files: ["**/*.{ts,mjs,cjs,js}"],
    languageOptions: { parser: tseslint.parser },
    linterOptions: { reportUnusedDisableDirectives: "error", noInlineConfig: true },
    rules: {
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-var": "error",
      "prefer-const": "error",
      "no-debugger": "error",
      "no-self-compare": "error",
      "no-constant-condition": ["error", { checkLoops: "allExceptWhileTrue" }],
      "no-unsafe-finally": "error",
      "no-fallthrough": "error",
    },
  },
  {
    files: ["**/*.ts"],
    plugins: { "@typescript-eslint": tseslint.plugin },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/only-throw-error": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", caughtErrors: "none" },
      ],
      "no-restricted-exports": ["error", { restrictDefaultExports: { direct: true } }],
    },
  },
  { files: ["gateway/console/vite.config.ts"], rules: { "no-restricted-exports": "off" } },
  {
    files: ["gateway/**/*.ts", "devices/**/*.ts", "firmware-sim/**/*.ts"],
    rules: { "max-lines": ["error", { max: 300 }] },
  },
  { files: ["gateway/core/**/*.ts", "devices/**/*.ts"], rules: pure },
);
