#!/usr/bin/env bash
# re2js 2.10.0: RE2JS.translateRegExp, which prepares a JavaScript pattern for RE2, makes letters of a named back-reference.
# `(?<year>\d\d)-\k<year>` becomes `(?P<year>\d\d)-k<year>`: it compiles without an error, does not match "26-26", and matches
# "26-k<year>". A numbered back-reference (`(\d\d)-\1`) is refused, as RE2 refuses both. Whoever checks JavaScript patterns by
# whether RE2 takes them must look for `\k` themselves.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact re2js@2.10.0

cat >seen.mjs <<'JS'
import { RE2JS } from "re2js";

function seen(source, ...texts) {
  try {
    const pattern = RE2JS.compile(RE2JS.translateRegExp(source));
    return texts.map((text) => `${text} ${pattern.testExact(text)}`).join(", ");
  } catch (error) {
    return error.message;
  }
}
const named = String.raw`(?<year>\d\d)-\k<year>`;
console.log(RE2JS.translateRegExp(named));
console.log(seen(named, "26-26", "26-k<year>"));
console.log(seen(String.raw`(\d\d)-\1`, "26-26"));
console.log(`RegExp: 26-26 ${new RegExp(`^${named}$`, "u").test("26-26")}`);
JS

expected='(?P<year>\d\d)-k<year>
26-26 false, 26-k<year> true
error parsing regexp: invalid escape sequence: `\1`
RegExp: 26-26 true'
output=$(node seen.mjs)
printf '%s\n' "$output"
[[ $output == "$expected" ]] || { echo "re2js behaves differently now." >&2; exit 1; }
