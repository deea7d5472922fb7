// The linter of the page's source; the build does not need it.
import js from "@eslint/js";

const browser = [
  "Blob", "DecompressionStream", "Response", "ResizeObserver", "TextDecoder", "URL", "addEventListener", "atob", "clearTimeout", "console",
  "cancelAnimationFrame", "devicePixelRatio", "document", "history", "location", "matchMedia", "navigator", "requestAnimationFrame",
  "setTimeout",
];

export default [
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2024, sourceType: "module", globals: Object.fromEntries(browser.map((name) => [name, "readonly"])) },
    rules: {
      "curly": "error",
      "eqeqeq": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-restricted-properties": [
        "error", { property: "innerHTML" }, { property: "outerHTML" }, { property: "insertAdjacentHTML" },
        { object: "document", property: "write" },
      ],
      "no-shadow": "error",
      "no-unused-vars": "error",
      "no-var": "error",
      "prefer-const": "error",
    },
  },
];
