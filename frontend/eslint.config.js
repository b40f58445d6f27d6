import { importX } from "eslint-plugin-import-x";
import reactHooks from "eslint-plugin-react-hooks";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

import { ownLookups } from "./eslint-own-lookups.js";

// Imports go one way: app -> features -> components -> lib -> types. A feature imports no other feature.
const FEATURES = ["jobs", "series", "templates", "session", "account", "access", "audit"];
const zones = [
  ...FEATURES.map((feature) => ({ target: `./src/features/${feature}`, from: "./src/features", except: [`./${feature}`] })),
  { target: "./src/features", from: "./src/app" },
  { target: "./src/components", from: ["./src/app", "./src/features"] },
  { target: "./src/lib", from: ["./src/app", "./src/features", "./src/components"] },
  { target: "./src/types", from: ["./src/app", "./src/features", "./src/components", "./src/lib"] },
];

export default defineConfig(
  globalIgnores(["dist", "public", "src/types/api.gen.ts"]),
  {
    files: ["**/*.{ts,tsx}"],
    extends: [tseslint.configs.strictTypeChecked, reactHooks.configs.flat.recommended],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { "import-x": importX, own: { rules: { lookups: ownLookups } } },
    settings: { "import-x/resolver": { typescript: true, node: true } },
    rules: {
      "import-x/no-restricted-paths": ["error", { zones }],
      "own/lookups": "error",
      "no-restricted-properties": ["error", { object: "JSON", property: "parse", message: "It throws and rounds large integers: use readJson for text of a person, parseJson for text of the server." }],
      "no-restricted-imports": ["error", { patterns: ["../../*"] }],
      // Template strings may contain numbers.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // Allows `onClick={() => close()}`, whose return value does not matter.
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      // Warns that the React compiler skips the virtualised lists; the compiler is not used here.
      "react-hooks/incompatible-library": "off",
      "max-lines": ["error", { max: 200, skipComments: true }],
    },
  },
  {
    files: ["src/lib/json.ts", "src/lib/json-reader.ts", "**/*.test.{ts,tsx}", "test/**"],
    rules: { "no-restricted-properties": "off" },
  },
);
