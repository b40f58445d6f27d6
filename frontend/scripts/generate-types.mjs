// Writes src/types/api.gen.ts from the API's own OpenAPI document: `npm run types` beside a running platform, with a token in
// API_TOKEN (manage.py create_user NAME --role viewer --token), or `npm run types -- FILE` from a saved document.
import { readFile, writeFile } from "node:fs/promises";
import process from "node:process";
import openapiTS, { astToString } from "openapi-typescript";

const TARGET = new URL("../src/types/api.gen.ts", import.meta.url);
const HEAD = "// Generated from the API's OpenAPI document by `npm run types`: do not edit.\n\n";

async function readDocument() {
  const [file] = process.argv.slice(2);
  if (file) return readFile(file, "utf8");
  const platform = process.env.PLATFORM ?? "http://127.0.0.1:8000";
  const headers = process.env.API_TOKEN ? { Authorization: `Token ${process.env.API_TOKEN}` } : {};
  const response = await fetch(`${platform}/api/schema/?format=json`, { headers });
  if (response.ok) return response.text();
  const remedy = response.status === 401 ? " Give a token in API_TOKEN." : "";
  throw new Error(`${platform} answered ${response.status}.${remedy}`);
}

await writeFile(TARGET, HEAD + astToString(await openapiTS(await readDocument())));
